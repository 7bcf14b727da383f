import type { SampleSheetRow } from '../row.ts';
import type { Study } from '../study.ts';
import { settingChanges, settingSentence } from './settingChanges.ts';

/** Everything that decides a stage's result, by name. */
type Parts = Readonly<Record<string, string>> & { readonly stage: string; readonly version: string };

/** What a stage followed at one time; the study and the row are null where its plan is gone. */
export interface StageOrigin {
  readonly parts: Parts;
  readonly study: Study | null;
  readonly row: SampleSheetRow | null;
}

/** One reason why a stage's result is not what it was. */
export interface StageChange {
  /** Name of the part: `ecgInput`, `settings`, `version`, `anatomy` … */
  readonly part: string;
  readonly before: string | null;
  readonly now: string | null;
  readonly sentence: string;
}

/** The inputs of a subject by their part. */
const INPUTS: Readonly<Record<string, { readonly name: string; readonly column: keyof SampleSheetRow }>> = {
  anatomyInput: { name: 'anatomy', column: 'anatomy' },
  ecgInput: { name: 'ECG', column: 'ecg' },
  electrodesInput: { name: 'electrodes', column: 'electrodes' },
  torsoInput: { name: 'torso', column: 'torso' },
};
const BODY = ['sex', 'age_y', 'height_cm', 'weight_kg'] as const;
const NONE = 'none';
const SHOWN_SETTINGS = 8;

/**
 * Why a stage's result differs from an earlier one: a reason for each part that differs, in the order of their names. Values of the sheet
 * are personal and are left out.
 */
export function stageChanges(before: StageOrigin, now: StageOrigin): StageChange[] {
  const names = [...new Set([...Object.keys(before.parts), ...Object.keys(now.parts)])].sort();
  return names
    .filter((part) => before.parts[part] !== now.parts[part])
    .map((part) => ({
      part,
      before: before.parts[part] ?? null,
      now: now.parts[part] ?? null,
      sentence: sentenceOf(part, before, now),
    }));
}

function sentenceOf(part: string, before: StageOrigin, now: StageOrigin): string {
  const was = before.parts[part] ?? NONE;
  const is = now.parts[part] ?? NONE;
  if (part in INPUTS) return inputSentence(part, before, now);
  switch (part) {
    case 'version':
      return versionSentence(now.parts.stage, was, is);
    case 'settings':
      return settingsSentence(before, now);
    case 'body':
      return bodySentence(before, now);
    default:
      return `${part}: its bytes are others (${short(was)} → ${short(is)})`;
  }
}

function inputSentence(part: string, before: StageOrigin, now: StageOrigin): string {
  const { name, column } = INPUTS[part] ?? { name: part, column: 'subject' };
  const was = before.parts[part] ?? NONE;
  const is = now.parts[part] ?? NONE;
  if (was === NONE) return `${name}: the sheet names a file now, and named none`;
  if (is === NONE) return `${name}: the sheet names no file any more`;
  const path = now.row?.[column];
  const isRenamed = before.row !== null && now.row !== null && before.row[column] !== path;
  const what = isRenamed ? 'the sheet names another file' : 'the file’s bytes changed';
  return `${name}: ${what} (${typeof path === 'string' ? `${path}, ` : ''}${short(was)} → ${short(is)})`;
}

function versionSentence(stage: string, was: string, is: string): string {
  const [version = was, backend] = was.split('+');
  const [versionNow = is, backendNow] = is.split('+');
  const changes = [
    ...(version === versionNow ? [] : [`code: ${stage} is version ${versionNow} now, and was ${version}`]),
    ...(backend === backendNow ? [] : [`backend: ${backend ?? NONE} → ${backendNow ?? NONE}`]),
  ];
  return changes.join('; ');
}

function settingsSentence({ parts, study }: StageOrigin, now: StageOrigin): string {
  const { stage } = parts;
  const hashes = `${short(parts.settings ?? NONE)} → ${short(now.parts.settings ?? NONE)}`;
  const isNamed = stage === 'beat' || stage === 'anatomy' || stage === 'calibrate';
  if (study === null || now.study === null || !isNamed) return `settings: they differ (${hashes})`;
  const changes = settingChanges(stage, study, now.study);
  if (changes.length === 0) return `settings: others by hash (${hashes}), though no setting of the study file differs`;
  const further = changes.length > SHOWN_SETTINGS ? ` and ${changes.length - SHOWN_SETTINGS} more` : '';
  return `settings: ${changes.slice(0, SHOWN_SETTINGS).map(settingSentence).join(', ')}${further}`;
}

function bodySentence(before: StageOrigin, now: StageOrigin): string {
  const { row: was } = before;
  const { row: is } = now;
  const names = was === null || is === null ? [] : BODY.filter((name) => was[name] !== is[name]);
  const which = names.length === 0 ? BODY.join(', ') : names.join(', ');
  return `body: the sheet says otherwise (${which}), and a torso is scaled by it`;
}

/** Columns of the sheet in which two rows of a subject differ, covariates by their own names; no values, which are personal. */
export function rowChanges(before: SampleSheetRow, now: SampleSheetRow): string[] {
  const flat = ({ covariates, findings: _, ...row }: SampleSheetRow) =>
    new Map<string, unknown>([...Object.entries(row), ...Object.entries(covariates)]);
  const [one, other] = [flat(before), flat(now)];
  return [...new Set([...one.keys(), ...other.keys()])].filter((name) => one.get(name) !== other.get(name)).sort();
}

/** The beginning of a hash, enough to tell two apart. */
export const short = (hash: string): string => (/^[0-9a-f]{64}$/.test(hash) ? `${hash.slice(0, 8)}…` : hash);

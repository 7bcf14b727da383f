import { canonicalJson } from '../../cohorts/canonicalJson.ts';
import { VERSIONS_FILE } from '../../cohorts/versions.ts';
import { parseJson, type StageParts, stageKey } from '../records/stageIndex.ts';
import { getPlan, type StoredPlan, stageSettings } from '../records/study.ts';
import { recordUri, type Store, sha256 } from '../stores/artifacts.ts';
import { openFiles } from '../stores/openStore.ts';
import { type KeepOptions, readRuns, supersededRecords } from './plansInStore.ts';

/** What of a store is still needed, and what is known to be needed no more. All by uri. */
export interface Marked {
  /** Plans that are kept, newest first within a run */
  readonly plans: readonly { readonly run: string; readonly study: string; readonly isKept: boolean }[];
  /** Rows, costs and parts of subjects that only superseded plans name, and the records of those plans */
  readonly superseded: ReadonlySet<string>;
  /** Stages that a kept plan finds again */
  readonly stages: ReadonlySet<string>;
  readonly artifacts: ReadonlySet<string>;
  /** Records that could not be read; they are kept, and so is all that they may name */
  readonly notUnderstood: number;
}

const ARTIFACT = /artifacts\/[0-9a-f]{2}\/[0-9a-f]{64}\.[a-z0-9]+/g;
/** Kinds of records that name no artifact. */
const PLAIN: readonly string[] = ['cost', 'trace', 'stage'];

/**
 * Follows everything that is named: from runs to their plans and subjects, from what decided a subject's stages to the stages, from those
 * to artifacts. A record of a kind that is not known here is kept with every artifact that it mentions.
 */
export async function markLive(store: Store, options: KeepOptions): Promise<Marked> {
  const runs = await readRuns(store, options);
  const superseded = new Set(runs.dropped.map(({ uri }) => uri));
  const settings = new Set<string>();
  const places = new Set<string>();
  for (const { study, isKept } of [...runs.kept.values(), ...runs.dropped]) {
    const plan = await getPlan(store, study).catch(() => undefined); // lost or damaged: the next start of its run writes it again
    if (plan === undefined) continue;
    places.add(plan.outFolder);
    if (isKept) for (const hash of settingsOf(plan)) settings.add(hash);
  }
  for (const uri of await supersededRecords(store, runs)) superseded.add(uri);

  const parts = await readParts(store, superseded);
  const stages = await markStages(store, parts.values, settings);
  const artifacts = new Set<string>(stages.artifacts);
  for (const place of places) for (const uri of mentioned(await versionsIn(place))) artifacts.add(uri);
  for await (const item of store.list('records/')) {
    if (superseded.has(item.uri) || PLAIN.includes(kindOf(item.uri))) continue;
    for (const uri of mentioned((await store.readListed(item.uri)) ?? '')) artifacts.add(uri);
  }
  await followJson(store, artifacts);
  const plans = [...runs.kept.values(), ...runs.dropped].map(({ run, study, isKept }) => ({
    run,
    study: study.sha256,
    isKept,
  }));
  return {
    plans,
    superseded,
    stages: stages.uris,
    artifacts,
    notUnderstood: runs.notUnderstood + parts.notUnderstood + stages.notUnderstood,
  };
}

/** Kind of a listed record, from its place: `records/row/ab/….json` is a row. */
export const kindOf = (uri: string): string => uri.split('/')[uri.startsWith('records/') ? 1 : 0] ?? '';

/** The list of what was published at a place, which names the plan of each version. */
async function versionsIn(place: string): Promise<string> {
  const bytes = await (await openFiles(place)).read(VERSIONS_FILE);
  return new TextDecoder().decode(bytes);
}

/** What decided the stages of every subject, by the uri of the stage. */
async function readParts(store: Store, superseded: ReadonlySet<string>) {
  const values = new Map<string, StageParts>();
  let notUnderstood = 0;
  for await (const { uri } of store.list('records/parts/')) {
    if (superseded.has(uri)) continue;
    const text = (await store.readListed(uri)) ?? '';
    const parts = partsOfStage(text) ?? partsIn(parseJson(text)); // those of earlier releases stand alone
    if (parts === undefined) notUnderstood++;
    else values.set(recordUri(stageKey(parts)), parts);
  }
  return { values, notUnderstood };
}

/**
 * Stages that are found again: those whose parts a subject has, and those made of the same things, by the same version, with the settings
 * of another plan that is kept.
 */
async function markStages(store: Store, live: ReadonlyMap<string, StageParts>, settings: ReadonlySet<string>) {
  const known = new Set<string>(settings);
  for (const parts of live.values()) for (const fact of factsOf(parts)) known.add(fact);
  const uris = new Set<string>();
  const artifacts = new Set<string>();
  const others: { uri: string; parts: StageParts; text: string }[] = [];
  let notUnderstood = 0;
  const keep = (uri: string, text: string) => {
    uris.add(uri);
    for (const artifact of mentioned(text)) {
      artifacts.add(artifact);
      for (const name of MADE) known.add(`${name}=${hashIn(artifact)}`);
    }
  };
  for await (const { uri } of store.list('records/stage/')) {
    const text = (await store.readListed(uri)) ?? '';
    const parts = partsOfStage(text);
    if (live.has(uri)) keep(uri, text);
    else if (parts === undefined) {
      notUnderstood++;
      keep(uri, text);
    } else others.push({ uri, parts, text });
  }
  // What a stage made is an input of the next: as often as there are stages in a row.
  for (let left = others, before = -1; left.length !== before; ) {
    before = left.length;
    left = left.filter(({ uri, parts, text }) => {
      const isLive = factsOf(parts).every((fact) => known.has(fact));
      if (isLive) keep(uri, text);
      return !isLive;
    });
  }
  return { uris, artifacts, notUnderstood };
}

/** A stage's parts as `name=value`; versions are those of their own stage. */
const factsOf = (parts: StageParts): string[] =>
  Object.entries(parts).map(([name, value]) => `${name === 'version' ? `${parts.stage} ${name}` : name}=${value}`);

/** Names under which later stages know an artifact. */
const MADE = ['anatomy', 'beat', 'twin'];

/** Hashes of settings as stages know them; a calibration that fails to converge is started once more, from the next seed. */
function settingsOf({ study }: StoredPlan): string[] {
  const { anatomy, beat, calibrate } = stageSettings(study);
  const again = { ...calibrate, seed: calibrate.seed + 1 };
  return [anatomy, beat, calibrate, again].map((value) => `settings=${sha256(canonicalJson(value))}`);
}

function partsIn(value: unknown): StageParts | undefined {
  if (typeof value !== 'object' || value === null || !('stage' in value) || !('version' in value)) return undefined;
  return Object.values(value).every((part) => typeof part === 'string') ? (value as StageParts) : undefined;
}

function partsOfStage(text: string): StageParts | undefined {
  const record = parseJson(text);
  return typeof record === 'object' && record !== null && 'parts' in record ? partsIn(record.parts) : undefined;
}

const mentioned = (text: string): readonly string[] => text.match(ARTIFACT) ?? [];
const hashIn = (uri: string): string => /[0-9a-f]{64}/.exec(uri)?.[0] ?? '';

/** Adds what the JSON among the artifacts mentions in its turn: a plan names its pages. */
async function followJson(store: Store, artifacts: Set<string>): Promise<void> {
  const bytes = new Map<string, number>();
  for await (const item of store.list('artifacts/')) if (item.uri.endsWith('.json')) bytes.set(item.uri, item.bytes);
  const left = [...artifacts];
  for (let uri = left.pop(); uri !== undefined; uri = left.pop()) {
    const size = bytes.get(uri);
    if (size === undefined) continue;
    const content = await store.get({ uri, sha256: hashIn(uri), bytes: size });
    for (const other of mentioned(new TextDecoder().decode(content))) {
      if (artifacts.has(other)) continue;
      artifacts.add(other);
      left.push(other);
    }
  }
}

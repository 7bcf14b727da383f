import { type Document, isAlias, isMap, isNode, isPair, isScalar, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { TwinError } from '../twin/errors.ts';
import type { LabelTable } from '../twin/images/labelImage.ts';
import { LABEL_TABLES } from '../twin/images/labelTables.ts';
import { didYouMean } from './didYouMean.ts';
import type { Study } from './study.ts';
import { studyJsonSchema, studySchema } from './studySchema.ts';

const MAX_CHARACTERS = 200_000;
const MAX_ALIASES = 50;
const MAX_DEPTH = 40;
const MAX_IN_LINE = 1000;
const MAX_SYNTAX_ERRORS = 10;
/** Nobody meant a setting by a longer word, and comparing it with all would take long. */
const LONGEST_KEY = 200;

/** One thing to correct, and where it stands (1-based). */
interface Problem {
  readonly line: number;
  readonly column: number;
  readonly sentence: string;
}

/**
 * Reads a study file (YAML 1.2) and fills in the defaults.
 *
 * @param fileName  named in messages only
 * @throws TwinError BadStudy with one line for each problem: `study.yaml:7:3: calibration.pmjs is "many"; expected a whole number from 10 to 2000`
 */
export function parseStudy(text: string, fileName: string): Study {
  const { document, lines } = parseYaml(text, fileName);
  const result = studySchema.safeParse(toPlain(document, fileName));
  if (!result.success) {
    fail(
      fileName,
      result.error.issues.flatMap((issue) => problems(issue, document, lines)),
    );
  }
  return toStudy(result.data);
}

function parseYaml(text: string, fileName: string): { document: Document.Parsed; lines: LineCounter } {
  if (text.length > MAX_CHARACTERS) {
    refuse(fileName, `the file holds ${text.length} characters; a study file has at most ${MAX_CHARACTERS}`);
  }
  const depth = deepestFlow(text);
  if (depth > MAX_DEPTH) {
    refuse(fileName, `brackets nest ${depth} deep; a study file has at most ${MAX_DEPTH}`);
  }
  const nested = mostNestedInLine(text);
  if (nested > MAX_IN_LINE) {
    refuse(fileName, `a line holds ${nested} keys and items; a study file has at most ${MAX_IN_LINE} in one`);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const found = [...document.errors, ...document.warnings].slice(0, MAX_SYNTAX_ERRORS);
  if (found.length > 0) {
    fail(
      fileName,
      found.map(({ pos, message }) => ({ ...place(lines, pos[0]), sentence: message.slice(0, 300) })),
    );
  }
  return { document, lines };
}

function toPlain(document: Document.Parsed, fileName: string): unknown {
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (error) {
    // The library refuses alias bombs and unresolved aliases by throwing; nothing else is left to go wrong in a parsed document.
    return refuse(fileName, error instanceof Error ? error.message : String(error));
  }
}

/** The deepest nesting of flow brackets, counted before parsing because the parser recurses. */
function deepestFlow(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const character of text) {
    if (character === '[' || character === '{') {
      depth++;
      deepest = Math.max(deepest, depth);
    } else if (character === ']' || character === '}') {
      depth = Math.max(0, depth - 1);
    }
  }
  return deepest;
}

/** Keys and items (`a: b:`, `- -`) of the fullest line: outside brackets each nests in the one before, and the parser recurses for it. */
const mostNestedInLine = (text: string): number =>
  text.split(/\r\n|\n|\r/).reduce((most, line) => Math.max(most, line.match(/[-:?](?=\s)/g)?.length ?? 0), 0);

function problems(issue: z.core.$ZodIssue, document: Document.Parsed, lines: LineCounter): Problem[] {
  const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      ...place(lines, keyOffset(document, [...path, key])),
      sentence: `"${told([...path, key])}" is not a setting${hintForKey(path, key)}`,
    }));
  }
  if (path.length === 0 && issue.code === 'invalid_type') {
    const found = document.contents === null ? 'the file is empty' : 'the file is not a mapping';
    return [{ line: 1, column: 1, sentence: `${found}; expected ${issue.message}` }];
  }
  const where = told(path);
  const value = valueAt(document, path);
  const found = value === undefined ? `${where} is missing` : `${where} is ${shown(value)}`;
  const expected = issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;
  const hint = issue.code === 'invalid_value' && typeof value === 'string' ? hintForWord(value, issue.values) : '';
  return [
    {
      ...place(lines, keyOffset(document, path)),
      sentence: `${found}; expected ${expected.replace(/^expected /, '')}${hint}`,
    },
  ];
}

function valueAt(document: Document.Parsed, path: readonly (string | number)[]): unknown {
  const node = document.getIn(path, true);
  return isNode(node) ? node.toJS(document, { maxAliasCount: MAX_ALIASES }) : undefined;
}

/** Where the key of a path stands; for a key that is missing, its parent; for an item of a list, the item. */
function keyOffset(document: Document.Parsed, path: readonly (string | number)[]): number {
  if (path.length === 0) {
    return document.contents?.range[0] ?? 0;
  }
  const parent = document.getIn(path.slice(0, -1), true) ?? document.contents;
  const map = isAlias(parent) ? parent.resolve(document) : parent;
  if (isMap(map)) {
    const key = map.items.find(
      (pair) => isPair(pair) && isScalar(pair.key) && String(pair.key.value) === path.at(-1),
    )?.key;
    if (isScalar(key) && key.range) {
      return key.range[0];
    }
  }
  const item = document.getIn(path, true);
  return isNode(item) && item.range ? item.range[0] : keyOffset(document, path.slice(0, -1));
}

/** Looks among the keys of the same place, then for the same key elsewhere (`calibration.seed` is `seed`). */
function hintForKey(path: readonly (string | number)[], key: string): string {
  if (key.length > LONGEST_KEY) return '';
  const places = settingPaths(studyJsonSchema(), []);
  const here = dotted(path);
  const siblings = places.filter((place) => dotted(place.slice(0, -1)) === here).map((place) => place.at(-1) ?? '');
  const near = didYouMean(key, siblings);
  if (near !== null) {
    return `; did you mean "${near}"?`;
  }
  const elsewhere = places.find((place) => place.at(-1)?.toLowerCase() === key.toLowerCase());
  return elsewhere ? `; did you mean "${dotted(elsewhere)}"?` : `; expected one of ${siblings.join(', ')}`;
}

function settingPaths(schema: unknown, path: readonly string[]): string[][] {
  if (typeof schema !== 'object' || schema === null) return [];
  if ('anyOf' in schema && Array.isArray(schema.anyOf)) return schema.anyOf.flatMap((one) => settingPaths(one, path));
  if (!('properties' in schema)) return [];
  return Object.entries(schema.properties ?? {}).flatMap(([key, inner]) => [
    [...path, key],
    ...settingPaths(inner, [...path, key]),
  ]);
}

function hintForWord(value: string, words: readonly unknown[]): string {
  if (value.length > LONGEST_KEY) return '';
  const near = didYouMean(
    value,
    words.filter((word) => typeof word === 'string'),
  );
  return near === null ? '' : `; did you mean "${near}"?`;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

const dotted = (path: readonly (string | number)[]): string => path.join('.');

/** A path as a message has it: a key may be as long as the file. */
const told = (path: readonly (string | number)[]): string =>
  dotted(path.slice(0, 12).map((part) => (String(part).length > 60 ? `${String(part).slice(0, 60)}…` : part)));

function place(lines: LineCounter, offset: number): { line: number; column: number } {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

function fail(fileName: string, found: readonly Problem[]): never {
  const sorted = [...found].sort((one, other) => one.line - other.line || one.column - other.column);
  const sentences = sorted.map(({ line, column, sentence }) => `${fileName}:${line}:${column}: ${sentence}`);
  throw new TwinError('BadStudy', [...new Set(sentences)].join('\n'), { problems: sorted });
}

function refuse(fileName: string, sentence: string): never {
  throw new TwinError('BadStudy', `${fileName}: ${sentence}`);
}

/** A table by its name, or one's own without the tissues that it leaves out. */
function labelTable(labels: z.output<typeof studySchema>['images']['labels']): LabelTable | null {
  if (labels === undefined) return null;
  if (typeof labels === 'string') return LABEL_TABLES[labels];
  return Object.fromEntries(Object.entries(labels).filter(([, values]) => values !== undefined));
}

/** The schema's answer as our type: optional settings become null, and the study's seed is the calibration's. */
function toStudy(file: z.output<typeof studySchema>): Study {
  const regions = Object.fromEntries(Object.entries(file.anatomy.regions).filter(([, tags]) => tags !== undefined));

  return {
    name: file.name,
    sheet: file.sheet,
    data: file.data ?? null,
    columns: file.columns,
    covariates: file.covariates,
    units: file.units,
    ignore: file.ignore,
    missing: file.missing,
    sexCodes: file.sexCodes,
    encoding: file.encoding,
    ids: file.ids,
    files: {
      anatomy: file.files.anatomy ?? null,
      ecg: file.files.ecg ?? null,
      electrodes: file.files.electrodes ?? null,
      torso: file.files.torso ?? null,
    },
    anatomy: {
      ...file.anatomy,
      regions,
    },
    images: { ...file.images, labels: labelTable(file.images.labels) },
    torso: file.torso,
    beat: file.beat,
    calibration: { ...file.calibration, seed: file.seed },
    ecg: {
      unit: file.ecg.unit ?? null,
      sampleRate_Hz: file.ecg.sampleRate_Hz ?? null,
      leads: file.ecg.leads,
    },
    counterfactuals: file.counterfactuals,
    report: { ...file.report, title: file.report.title ?? null },
    publish: { ...file.publish, rowsPerFile: file.publish.rowsPerFile ?? null },
    seed: file.seed,
  };
}

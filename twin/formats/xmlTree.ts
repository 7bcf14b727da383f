import { latin1 } from './asciiScanner.ts';
import { badInput } from './badInput.ts';
import { walkXml } from './xml.ts';

/** A file of a resting ECG has about a tenth of a megabyte to two; an hour of twelve leads in text has less than this. */
const MOST_BYTES = 64 * 2 ** 20;
/** Elements that a reader keeps: a resting ECG has some hundreds, one with every beat annotated some ten thousand. */
const MOST_ELEMENTS = 100_000;
/** Elements in all, those passed over among them. */
const MOST_TAGS = 1_000_000;
/** Deepest nesting; the formats that are read have about 25. */
const MOST_DEPTH = 100;

/** An element that a reader asked for. */
export interface XmlElement {
  /** Without the prefix of its namespace */
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Those kept, in the file's order */
  readonly children: readonly XmlElement[];
  /** What lies between its tags, as it stands in the file */
  readonly content: Uint8Array;
}

/**
 * The elements of an XML file that a reader asks for by name; all others are passed over with all that is in them, so that names, birthdays and
 * addresses never get beyond the parser. Encodings that hold ASCII as it is (UTF-8, ISO-8859, Windows code pages) need no decoding here: names, numbers and base64 are
 * ASCII. UTF-16 is brought to UTF-8.
 *
 * @param names  of elements to keep, without prefixes; one within an element that is not kept is not kept either
 * @throws TwinError BadInput with file and line
 */
export function readXmlTree(file: Uint8Array, fileName: string, names: ReadonlySet<string>): XmlElement {
  if (file.length > MOST_BYTES) {
    const found = `${Math.round(file.length / 2 ** 20)} MB, more than the ${MOST_BYTES / 2 ** 20} MB that an ECG in XML may have`;
    throw badInput(fileName, `${found}; cut the recording to some minutes around rest`);
  }
  const bytes = plainBytes(file, fileName);
  const tooMany = (most: number): Error =>
    badInput(fileName, `more than ${most} elements; cut the recording to some minutes around rest`);
  const top: XmlElement[] = [];
  const open: { element: XmlElement & { children: XmlElement[] }; start: number }[] = [];
  let depth = 0;
  let skippedFrom = Number.POSITIVE_INFINITY;
  let elements = 0;
  let tags = 0;
  walkXml(bytes, fileName, {
    doctype: 'plain',
    open(tag, attributes, contentStart) {
      depth++;
      tags++;
      if (depth > MOST_DEPTH)
        throw badInput(fileName, `elements within elements more than ${MOST_DEPTH} deep; no ECG is`);
      if (tags > MOST_TAGS) throw tooMany(MOST_TAGS);
      if (depth > skippedFrom) return;
      const name = localName(tag);
      if (depth > 1 && !names.has(name)) {
        skippedFrom = depth;
        return;
      }
      if (++elements > MOST_ELEMENTS) throw tooMany(MOST_ELEMENTS);
      open.push({ element: { name, attributes, children: [], content: new Uint8Array() }, start: contentStart });
    },
    close(_tag, contentEnd) {
      depth--;
      if (depth + 1 > skippedFrom) return;
      if (depth + 1 === skippedFrom) {
        skippedFrom = Number.POSITIVE_INFINITY;
        return;
      }
      const closed = open.pop();
      if (!closed) return;
      const { element, start } = closed;
      const whole = { ...element, content: bytes.subarray(start, Math.max(start, contentEnd)) };
      (open.at(-1)?.element.children ?? top).push(whole);
    },
  });
  const [root] = top;
  if (!root) throw badInput(fileName, 'the file has no element; it was probably cut short while copied');
  return root;
}

/** The name of the first element without its prefix, found without a parser; undefined where none begins in the first 64 kB. */
export function firstElement(file: Uint8Array): string | undefined {
  const head = file.subarray(0, 65_536);
  const utf16 = utf16Of(head);
  const text = utf16 ? new TextDecoder(utf16).decode(head) : latin1(head);
  for (let at = text.indexOf('<'); at >= 0; at = text.indexOf('<', at + 1)) {
    if (text.startsWith('<!--', at)) at = text.indexOf('-->', at);
    else if (text.startsWith('<?', at)) at = text.indexOf('?>', at);
    else if (text.startsWith('<!DOCTYPE', at)) at = endOfDoctype(text, at);
    else {
      const name = /^[A-Za-z_][\w.:-]{0,59}/.exec(text.slice(at + 1, at + 61))?.[0];
      return name === undefined ? undefined : localName(name);
    }
    if (at < 0) return undefined;
  }
  return undefined;
}

/** True where UTF-16 text begins with a tag. */
export function isUtf16Xml(file: Uint8Array): boolean {
  const utf16 = utf16Of(file);
  return utf16 !== undefined && /^\s*<[?!A-Za-z]/.test(new TextDecoder(utf16).decode(file.subarray(0, 64)));
}

/** The child of that name, followed down a path; undefined where one is missing. The first of several. */
export function child(element: XmlElement | undefined, ...path: readonly string[]): XmlElement | undefined {
  let at = element;
  for (const name of path) at = at?.children.find((candidate) => candidate.name === name);
  return at;
}

/** All children of that name. */
export const childrenOf = (element: XmlElement | undefined, name: string): XmlElement[] =>
  element?.children.filter((candidate) => candidate.name === name) ?? [];

/** Text of the element at a path, trimmed; undefined where it is missing or empty. */
export function textOf(element: XmlElement | undefined, ...path: readonly string[]): string | undefined {
  const found = child(element, ...path);
  if (!found || found.content.length > 1024) return undefined;
  const text = latin1(plainContent(found)).trim();
  return text === '' ? undefined : text;
}

/** The number that an element's text is; undefined where it is missing or none. */
export function numberOf(element: XmlElement | undefined, ...path: readonly string[]): number | undefined {
  return numberIn(textOf(element, ...path));
}

/** The number that a text is; undefined where it is none. */
export function numberIn(text: string | undefined): number | undefined {
  return text !== undefined && /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,3})?$/i.test(text.trim())
    ? Number(text)
    : undefined;
}

/** An element's content without comments and CDATA marks; line ends that were written as `&#xD;` are spaces. The bytes themselves where there is nothing of this. */
export function plainContent({ content }: XmlElement): Uint8Array {
  if (!content.includes(0x3c) && !content.includes(0x26)) return content;
  const text = latin1(content)
    .replace(/<!\[CDATA\[([\s\S]*?)\]\]>|<!--[\s\S]*?-->|<\?[\s\S]*?\?>/g, '$1')
    .replace(/&#(x0*[9adAD]|x0*20|0*9|0*10|0*13|0*32);/g, ' ');
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

const localName = (name: string): string => name.slice(name.lastIndexOf(':') + 1);

/** Index of the `>` that ends a DOCTYPE, past its own declarations; −1 where it does not end. */
function endOfDoctype(text: string, from: number): number {
  const bracket = text.indexOf('[', from);
  const end = text.indexOf('>', from);
  if (bracket < 0 || end < bracket) return end;
  const close = text.indexOf(']', bracket);
  return close < 0 ? -1 : text.indexOf('>', close);
}

function utf16Of(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0x3c && second === 0)) return 'utf-16le';
  if ((first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c)) return 'utf-16be';
  return undefined;
}

function plainBytes(bytes: Uint8Array, fileName: string): Uint8Array {
  const encoding = utf16Of(bytes);
  if (!encoding) return bytes;
  try {
    return new TextEncoder().encode(new TextDecoder(encoding, { fatal: true }).decode(bytes));
  } catch {
    throw badInput(fileName, 'not whole UTF-16 text, as its first bytes say; it was probably cut short while copied');
  }
}

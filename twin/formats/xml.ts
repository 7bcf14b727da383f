import { SaxesParser } from 'saxes';
import { TwinError } from '../errors.ts';
import { AsciiScanner, latin1, quote } from './asciiScanner.ts';

const OPEN = 0x3c;
const CLOSE = 0x3e;
const QUOTE = 0x22;
const APOSTROPHE = 0x27;

/** Bytes that the parser takes at a time. */
const CHUNK = 1 << 20;
/** Text between two tags that is kept from the parser from this length on: the numbers of a mesh, which readers scan themselves. */
const LONG_TEXT = 4096;
/** What the parser says is cut to this: it quotes names of any length. */
const LONGEST_REASON = 120;
/** No format that is read has a tag with more; thousands would only fill memory. */
const MOST_ATTRIBUTES = 256;
/** A DOCTYPE that names its document type, and perhaps a file of rules, but declares nothing itself. */
const PLAIN_DOCTYPE =
  /^\s*[\w.:-]+(\s+SYSTEM\s+("[^"]*"|'[^']*')|\s+PUBLIC\s+("[^"]*"|'[^']*')\s+("[^"]*"|'[^']*'))?\s*(\[\s*\]\s*)?$/;

/** What a reader wants to know of an XML file, in the file's order. Offsets are bytes into the file. */
export interface XmlHandler {
  /** @param contentStart  just behind the `>` of the tag */
  open(name: string, attributes: Readonly<Record<string, string>>, contentStart: number): void;
  /** @param contentEnd  at the `<` of the closing tag */
  close(name: string, contentEnd: number): void;
  /** `plain`: a DOCTYPE that declares nothing passes, as recorders write it; what it names is never opened. Others are refused, and all of them where this is absent. */
  readonly doctype?: 'plain';
}

/**
 * Walks the tags of an XML file. Strict; a DOCTYPE that declares anything is refused, so there are no entities but the five of XML itself, and nothing
 * outside the file is ever opened (docs/decisions/0030-xml-parser.md). Text is left where it stands: readers take it by offsets.
 *
 * @param end  where to stop: the file may go on with raw data that is no XML
 * @param tail  markup put after the end, to close what the raw data left open
 * @throws TwinError BadInput with file and line
 */
export function walkXml(bytes: Uint8Array, fileName: string, handler: XmlHandler, end = bytes.length, tail = ''): void {
  const parser = new SaxesParser({ xmlns: false, position: true } as const);
  let ahead = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  const place = (): number => parser.position + ahead;
  const fail = (message: string): never =>
    new AsciiScanner(bytes, fileName, Math.min(place(), bytes.length)).fail(message);
  parser.on('error', (error) =>
    fail(`not well-formed XML: ${error.message.replace(/^(.*:)?\d+:\d+:\s*/, '').slice(0, LONGEST_REASON)}`),
  );
  parser.on('doctype', (doctype) => {
    if (handler.doctype === undefined) fail('a DOCTYPE was refused, since it could name files outside; remove it');
    if (doctype.length > LONG_TEXT || !PLAIN_DOCTYPE.test(doctype))
      fail('a DOCTYPE with declarations of its own was refused, since entities can name files outside; remove it');
  });
  let attributeCount = 0;
  parser.on('opentagstart', () => {
    attributeCount = 0;
  });
  parser.on('attribute', () => {
    if (++attributeCount > MOST_ATTRIBUTES)
      fail(`a tag with more than ${MOST_ATTRIBUTES} attributes; no format that is read has one`);
  });
  parser.on('opentag', ({ name, attributes, isSelfClosing }) => {
    handler.open(name, attributes, place());
    if (isSelfClosing) handler.close(name, place());
  });
  parser.on('closetag', ({ name, isSelfClosing }) => {
    if (!isSelfClosing) handler.close(name, bytes.lastIndexOf(OPEN, place() - 1));
  });
  const feed = (from: number, to: number): void => {
    for (let at = from; at < to; at += CHUNK) parser.write(latin1(bytes, at, Math.min(at + CHUNK, to)));
  };
  let fed = ahead;
  let open = -1;
  for (let close = bytes.indexOf(CLOSE, fed); close >= 0 && close < end; close = bytes.indexOf(CLOSE, close + 1)) {
    // Looked for once a tag, not once a bracket: text may be full of closing ones.
    if (open < close) open = indexOrEnd(bytes.indexOf(OPEN, close), end);
    const textEnd = Math.min(open, end);
    if (textEnd - close < LONG_TEXT || !isPlainText(bytes.subarray(close + 1, textEnd))) continue;
    feed(fed, close + 1);
    ahead += textEnd - close - 1;
    fed = textEnd;
  }
  feed(fed, end);
  parser.write(tail);
  parser.close();
}

const indexOrEnd = (index: number, end: number): number => (index < 0 ? end : index);

/** True where nothing could end a tag, a comment or an attribute: then the parser need not see it. */
const isPlainText = (text: Uint8Array): boolean =>
  !text.includes(CLOSE) && !text.includes(QUOTE) && !text.includes(APOSTROPHE);

/** An attribute that is a whole number, 0 or more; the default where it is missing. @throws TwinError BadInput */
export function countAttribute(
  attributes: Readonly<Record<string, string>>,
  name: string,
  fileName: string,
  missing?: number,
): number {
  const text = attributes[name]?.trim();
  if (text === undefined && missing !== undefined) return missing;
  const value = text !== undefined && /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(value)) return value;
  throw new TwinError(
    'BadInput',
    `${fileName}: ${name} is ${text === undefined ? 'missing' : quote(text)}; expected a whole number`,
    {
      file: fileName,
    },
  );
}

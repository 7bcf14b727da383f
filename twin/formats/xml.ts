import { SaxesParser } from 'saxes';
import { TwinError } from '../errors.ts';
import { latin1, quote } from './asciiScanner.ts';

/** Bytes that the parser takes at a time. */
const CHUNK = 1 << 20;

/** What a reader wants to know of an XML file, in the file's order. Offsets are bytes into the file. */
export interface XmlHandler {
  /** @param contentStart  just behind the `>` of the tag */
  open(name: string, attributes: Readonly<Record<string, string>>, contentStart: number): void;
  /** @param contentEnd  at the `<` of the closing tag */
  close(name: string, contentEnd: number): void;
}

/**
 * Walks the tags of an XML file. Strict; a DOCTYPE is refused, so there are no entities but the five of XML itself, and nothing outside the file
 * is ever opened (docs/decisions/0030-xml-parser.md). Text is left where it stands: readers take it by offsets.
 *
 * @param end  where to stop: the file may go on with raw data that is no XML
 * @param tail  markup put after the end, to close what the raw data left open
 * @throws TwinError BadInput with file and line
 */
export function walkXml(bytes: Uint8Array, fileName: string, handler: XmlHandler, end = bytes.length, tail = ''): void {
  const parser = new SaxesParser({ xmlns: false, position: true } as const);
  const fail = (message: string): never => {
    throw new TwinError('BadInput', `${fileName}: line ${parser.line}: ${message}`, {
      file: fileName,
      line: parser.line,
    });
  };
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  parser.on('error', (error) => fail(`not well-formed XML: ${error.message.replace(/^\d+:\d+:\s*/, '')}`));
  parser.on('doctype', () => fail('a DOCTYPE was refused, since it could name files outside; remove it'));
  parser.on('opentag', ({ name, attributes, isSelfClosing }) => {
    handler.open(name, attributes, start + parser.position);
    if (isSelfClosing) handler.close(name, start + parser.position);
  });
  parser.on('closetag', ({ name, isSelfClosing }) => {
    if (isSelfClosing) return;
    let at = start + parser.position - 1;
    while (at > start && bytes[at] !== 0x3c) at--;
    handler.close(name, at);
  });
  for (let at = start; at < end; at += CHUNK) parser.write(latin1(bytes, at, Math.min(at + CHUNK, end)));
  parser.write(tail);
  parser.close();
}

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

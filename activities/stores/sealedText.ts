import { sha256 } from './artifacts.ts';

const SEALED = /^([\s\S]*)\n([0-9a-f]{64})\n$/;

/** A text with its own hash as a last line: a disk that gives another bit back cannot put another number into a table. */
export const sealText = (text: string): string => `${text}\n${sha256(text)}\n`;

/** The text without its seal; undefined where it is not the one that was sealed. Texts of before there were seals are given as they are. */
export function openSealed(sealed: string): string | undefined {
  const [, text, hash] = SEALED.exec(sealed) ?? [];
  if (text === undefined) return sealed;
  return sha256(text) === hash ? text : undefined;
}

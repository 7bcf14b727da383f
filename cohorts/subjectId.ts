import type { SubjectId } from './row.ts';

/** Names that some file system keeps for devices, whatever their letter case and ending. */
const DEVICE_NAME = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;
const SHAPE = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}._-]*$/u;
const MAX_LENGTH = 64;

/** An id that may name folders, runs and rows; or the sentence that says why it may not. */
export type CheckedSubject = { readonly subject: SubjectId } | { readonly refusal: string };

/**
 * Checks an id as it stands in a sheet. It is brought to Unicode form NFC, and otherwise never changed: ids become names of folders and
 * workflows, so that path separators, control characters and device names are refused.
 */
export function checkSubjectId(text: string): CheckedSubject {
  const id = text.normalize('NFC').trim();
  if (id === '') {
    return { refusal: 'the subject is empty; every row needs an id' };
  }
  const shown = shownId(id);
  if (id.length > MAX_LENGTH) {
    return { refusal: `the subject ${shown} has ${id.length} characters; an id has at most ${MAX_LENGTH}` };
  }
  if (/\p{Cc}/u.test(id)) {
    return { refusal: `the subject ${shown} holds a control character; an id has letters, digits, ".", "_" and "-"` };
  }
  if (/[/\\]/.test(id)) {
    return { refusal: `the subject ${shown} holds a path separator; an id names a folder and cannot be a path` };
  }
  if (!SHAPE.test(id) || id.includes('\uFFFD')) {
    return {
      refusal: `the subject ${shown} is not made of letters, digits, ".", "_" and "-" with a letter or digit first`,
    };
  }
  if (DEVICE_NAME.test(id) || id.endsWith('.')) {
    return { refusal: `the subject ${shown} is a name that some file systems keep for themselves; call it otherwise` };
  }
  return { subject: id as SubjectId };
}

/** What two ids have in common when some file system could not tell them apart. */
export const subjectKey = (subject: string): string => subject.normalize('NFKC').toLowerCase();

/** An id in quotes with control characters escaped, short enough for a message. */
export function shownId(id: string): string {
  const short = id.length > 40 ? `${id.slice(0, 39)}…` : id;
  return JSON.stringify(short).replace(
    /[\u007f-\u009f]/g,
    (character) => `\\u00${character.charCodeAt(0).toString(16)}`,
  );
}

/** A path inside the data folder with "." and doubled "/" taken out; or the sentence that says why it is none. */
export function checkPath(text: string): { readonly path: string } | { readonly refusal: string } {
  const shown = shownId(text);
  if (/\p{Cc}/u.test(text)) {
    return { refusal: `the path ${shown} holds a control character` };
  }
  if (text.includes('\\')) {
    return { refusal: `the path ${shown} holds "\\"; write "/" between folders` };
  }
  if (/^(\/|~|[A-Za-z]:)/.test(text) || /^[A-Za-z][A-Za-z0-9+.-]*:/.test(text)) {
    return { refusal: `the path ${shown} is not relative; paths start in the data folder` };
  }
  const parts = text.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) {
    return { refusal: `the path ${shown} leaves the data folder by ".."; paths stay inside it` };
  }
  return parts.length === 0 ? { refusal: `the path ${shown} names no file` } : { path: parts.join('/') };
}

/**
 * What an id must not look like, since ids name workflows, folders and rows, and are the one thing of a person that stands everywhere unencrypted. A study
 * whose pseudonyms look like one of these all the same says `ids: any`.
 */
interface Likeness {
  /** Ends the sentence "the subject reads like …" */
  readonly what: string;
  readonly isLike: (id: string) => boolean;
}

const LIKENESSES: readonly Likeness[] = [
  { what: 'an e-mail address', isLike: (id) => /.@./.test(id) },
  { what: 'a date', isLike: hasDate },
  {
    what: 'a name: words of letters without a digit',
    isLike: (id) => /^\p{L}[\p{L}\p{M}]+([ ,._-]+\p{L}[\p{L}\p{M}]+)+$/u.test(id),
  },
  { what: 'a name with a year', isLike: (id) => /^\p{L}[\p{L}\p{M}]{2,}[._-]?(19\d\d|20[0-4]\d)$/u.test(id) },
  { what: 'a social security number', isLike: (id) => /^\d{3}-\d{2}-\d{4}$/.test(id) },
  { what: 'a health service or telephone number', isLike: (id) => /^\d{3}-\d{3}-\d{4}$/.test(id) },
  { what: 'a Nordic personal number', isLike: isNordicNumber },
  { what: 'an Italian fiscal code', isLike: (id) => /^[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z]$/i.test(id) },
  { what: 'a French social security number', isLike: isFrenchNumber },
  { what: 'a Spanish identity number', isLike: isSpanishNumber },
];

/** What an id reads like that could tell who a person is; undefined for a pseudonym. The sentence that says so must not repeat the id. */
export function identifyingLikeness(id: string): string | undefined {
  return LIKENESSES.find(({ isLike }) => isLike(id))?.what;
}

const FIRST_YEAR = 1900;
const LAST_YEAR = 2049;

/** Year first or last, in four digits, with a mark between all parts or with none: 1958-03-21, 21.3.1958, 19580321, 21031958, 03211958. */
const YEAR_FIRST = /(?<!\d)(\d{4})(?:([-._])(\d{1,2})\2(\d{1,2})|(\d{2})(\d{2}))(?!\d)/g;
const YEAR_LAST = /(?<!\d)(?:(\d{1,2})([-._])(\d{1,2})\2|(\d{2})(\d{2}))(\d{4})(?!\d)/g;

/** Whether a day of 1900 to 2049 stands anywhere in the id. */
function hasDate(id: string): boolean {
  for (const [, year, , month, day, plainMonth, plainDay] of id.matchAll(YEAR_FIRST)) {
    if (isDay(year, month ?? plainMonth, day ?? plainDay)) return true;
  }
  for (const [, one, , other, plainOne, plainOther, year] of id.matchAll(YEAR_LAST)) {
    const [first, second] = [one ?? plainOne, other ?? plainOther];
    if (isDay(year, second, first) || isDay(year, first, second)) return true;
  }
  return false;
}

function isDay(year = '', month = '', day = ''): boolean {
  const [y, m, d] = [Number(year), Number(month), Number(day)];
  if (y < FIRST_YEAR || y > LAST_YEAR || m < 1 || m > 12) return false;
  return d >= 1 && d <= new Date(Date.UTC(y, m, 0)).getUTCDate();
}

/** Day, month and year of birth in two digits each, a mark, three or four further places: Danish, Norwegian, Swedish, Finnish. */
function isNordicNumber(id: string): boolean {
  const [, one = '', middle = '', other = ''] = /^(\d{2})(\d{2})(\d{2})[-+A]\d{3}[\dA-Z]$/i.exec(id) ?? [];
  const isMonth = Number(middle) >= 1 && Number(middle) <= 12;
  const isAnyDay = (text: string) => Number(text) >= 1 && Number(text) <= 31;
  return isMonth && (isAnyDay(one) || isAnyDay(other));
}

/** Sex, year and month of birth, place and order, then 97 minus their rest. */
function isFrenchNumber(id: string): boolean {
  const [, number, key] = /^([12]\d{2}(?:0[1-9]|1[0-2])\d{8})(\d{2})$/.exec(id) ?? [];
  return number !== undefined && 97 - Number(BigInt(number) % 97n) === Number(key);
}

const SPANISH_LETTERS = 'TRWAGMYFPDXBNJZSQVHLCKE';

/** Eight digits and the letter that they give. */
function isSpanishNumber(id: string): boolean {
  const [, number, letter] = /^(\d{8})-?([A-Z])$/i.exec(id) ?? [];
  return number !== undefined && SPANISH_LETTERS[Number(number) % 23] === letter?.toUpperCase();
}

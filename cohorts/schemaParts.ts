import { z } from 'zod';

// Each field's error is the phrase that follows "expected" in a message, so that a bound and the sentence about it stand in one place.

export function wholeNumber(low: number, high: number, unit = ''): z.ZodNumber {
  const expected = `a whole number from ${low} to ${high}${unit && ` ${unit}`}`;
  return z.number(expected).int(expected).min(low, expected).max(high, expected);
}

export function realNumber(low: number, high: number, unit = ''): z.ZodNumber {
  const expected = `a number from ${low} to ${high}${unit && ` ${unit}`}`;
  return z.number(expected).min(low, expected).max(high, expected);
}

export function word<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.enum(words, `one of ${words.join(', ')}`);
}

export function text(maxLength: number, what = 'text'): z.ZodString {
  const expected = `${what} of 1 to ${maxLength} characters, in quotes where it looks like a number`;
  return z
    .string(expected)
    .min(1, expected)
    .max(maxLength, expected)
    .regex(/^[^\p{Cc}]*$/u, expected);
}

export function relativePath(what: string) {
  const expected = `${what} inside the data folder, relative, with "/" and without ".."`;
  return z
    .string(expected)
    .min(1, expected)
    .max(1000, expected)
    .regex(/^(?![/~])(?!.*(^|\/)\.\.(\/|$))[^\\:\p{Cc}]+$/u, expected);
}
export const mapping = 'a mapping of settings';

/** Conductivity with its default, S/m */
export const conductivity = (start: number) => realNumber(0.001, 10, 'S/m').default(start);

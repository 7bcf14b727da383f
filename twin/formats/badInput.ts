import { TwinError } from '../errors.ts';

/** The error of a file that cannot be read, with its name in front and in the details. */
export const badInput = (file: string, message: string): TwinError =>
  new TwinError('BadInput', `${file}: ${message}`, { file });

import { InvalidArgumentError } from 'commander';

/** Parses an option that counts something. */
export function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new InvalidArgumentError('Write a whole number, like 20.');
  return Number(text);
}

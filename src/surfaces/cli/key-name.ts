import { InvalidArgumentError } from 'commander';

export function keyName(text: string): string {
  if (/^[A-Za-z0-9._-]{1,64}$/.test(text)) return text;
  throw new InvalidArgumentError('Use letters, digits, dots, dashes and underscores, like k-2026-11.');
}

import { Failure } from '../../domain/failure.ts';

const segment = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}$/;
const prefixCharacters = /^[A-Za-z0-9._/-]*$/;

/**
 * The segments of an object key. Failure `internal` for one that could leave the repository or that some store could not hold:
 * absolute, empty segments, segments that begin with a dot (so `..` too, and the names of unfinished writes).
 */
export function keySegments(key: string): string[] {
  const segments = key.split('/');
  if (key.length > 900 || !segments.every((each) => segment.test(each))) throw invalid('key', key);
  return segments;
}

/** What an object key may begin with. The directory of it is everything up to the last `/`. */
export function prefixSegments(prefix: string): string[] {
  const segments = prefix.split('/').slice(0, -1);
  if (!prefixCharacters.test(prefix) || !segments.every((each) => segment.test(each))) throw invalid('prefix', prefix);
  return segments;
}

function invalid(what: string, value: string): Failure {
  return new Failure('internal', `${JSON.stringify(value)} is not an object ${what}.`, {
    hint: 'Keys are relative, `/` between segments of letters, digits, `.`, `_` and `-` that do not begin with a dot.',
  });
}

import { expect, test } from 'vitest';
import { maskLiterals, readTokens } from '../../../src/domain/sql/tokens.ts';

test.each([
  ["SELECT 'it''s', \"a \\\" b\", `odd``name`", ['SELECT', "it''s", ',', 'a \\" b', ',', 'odd`name']],
  ['a -- gone\nb # gone\nc /* gone */ d', ['a', 'b', 'c', 'd']],
  ['a--b', ['a', '-', '-', 'b']],
  ['1.5e3 0xAF 2fa_codes .5 x1', ['1.5e3', '0xAF', '2fa_codes', '.5', 'x1']],
  ['/*!50003 DROP */ x /*M!100000 y */', ['/*!', 'DROP', 'x', '/*!', 'y']],
  ["'never closed", ['never closed']],
  ['/* never closed', []],
])('%s is taken apart', (sql, words) => {
  expect(readTokens(sql).map(({ text }) => text)).toEqual(words);
});

test.each([
  [
    "UPDATE users SET email = 'asha@example.org', n=-5 WHERE id IN (1, 2,3)",
    'UPDATE users SET email = ?, n = - ? WHERE id IN(?, …)',
  ],
  ["INSERT INTO t VALUES (1,'a'),(2,'b'), (3,'c')", 'INSERT INTO t VALUES(?, …), …'],
  ["SELECT /* 'x' */ _utf8mb4'y', 0xAF, b'01' FROM `odd name`.t", 'SELECT _utf8mb4 ?, …, b ? FROM `odd name`.t'],
])('what may be shown of %s has no values', (sql, shown) => {
  expect(maskLiterals(sql)).toBe(shown);
});

test('no value comes through, however it is quoted', () => {
  const nasty = ["'a\\'secret'", "'a''secret'", '"secret"', "'secret", '"\\"secret"', "'x' 'secret'"];
  for (const value of nasty) expect(maskLiterals(`SELECT ${value}`)).not.toContain('secret');
});

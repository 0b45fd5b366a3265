import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readConfiguration } from '../../src/config/load-configuration.ts';
import { problemText } from '../../src/config/problem.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

/** A primary at `x`, and these copies. */
async function read(copies: string) {
  const file = join(temporaryDirectory(), 'tidemark.yaml');
  await writeFile(
    file,
    `sources:
  alumni: { host: db.example.org, user: tidemark, password: "" }
repository: { primary: { type: local, path: x }, copies: [${copies}] }
encryption: { keys: [{ id: k-1, file: k-1.key }] }
`,
  );
  return readConfiguration(file, { env: {}, cronProblem: () => undefined, readers: 2 });
}

it.each([
  [
    'a copy in the place of the primary',
    '{ name: b, type: local, path: x }',
    'line 3: repository.copies[0].path is the place of two repositories: a copy in the same place is no copy',
  ],
  [
    'two copies of one name',
    '{ name: b, type: local, path: y }, { name: b, type: local, path: z }',
    'line 3: repository.copies[1].name is used twice, b: give each repository its own name',
  ],
  [
    'a lag that is none',
    '{ name: b, type: local, path: y, maxLag: soon }',
    'line 3: repository.copies[0].maxLag is no duration: write hours, days or weeks, like 12h, 30d or 6w',
  ],
])('%s is named with its line', async (_, copies, problem) => {
  expect((await read(copies)).problems.map(problemText)).toEqual([problem]);
});

it('a copy may say how far behind it may be', async () => {
  const { settings } = await read('{ name: b, type: local, path: y, maxLag: 4h }, { name: c, type: local, path: z }');
  expect(settings?.repositories.copies).toMatchObject([{ name: 'b', maxLag: 4 * 3_600_000 }, { name: 'c' }]);
});

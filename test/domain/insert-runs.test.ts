import { expect, it } from 'vitest';
import { insertRuns } from '../../src/domain/insert-runs.ts';

const dump = `/*!40101 SET NAMES utf8mb4 */;
USE \`s\`;
INSERT INTO \`a\` VALUES (1,'x'),(2,'y');
INSERT INTO \`a\` VALUES (3,'z');
INSERT INTO \`a\` VALUES (4,'w');
INSERT INTO \`a\` (\`id\`) VALUES (5);
INSERT INTO \`b\` VALUES (6);
-- Dump completed
`;

it('joins the INSERTs of a table to runs that a LOAD DATA can take, each large enough', async () => {
  expect(await runs(1_000_000)).toEqual([
    'SET /*!40101 SET NAMES utf8mb4 */',
    "a all: 1,'x'),(2,'y'),(3,'z'),(4,'w'",
    'a id: 5',
    'b all: 6',
  ]);
  expect(await runs(15)).toEqual([
    'SET /*!40101 SET NAMES utf8mb4 */',
    "a all: 1,'x'),(2,'y'),(3,'z'",
    "a all: 4,'w'",
    'a id: 5',
    'b all: 6',
  ]);
});

it('gives no last run of a dump that stops in the middle', async () => {
  const steps = insertRuns(chunksOf(dump.slice(0, dump.indexOf(');\nINSERT INTO `b`'))));
  await steps.next();
  await steps.next();
  await expect(steps.next()).rejects.toThrow('it stops in the middle of a statement');
});

async function runs(enough: number): Promise<string[]> {
  const told: string[] = [];
  for await (const step of insertRuns(chunksOf(dump), enough)) {
    if (step.kind === 'setting') told.push(`SET ${step.sql}`);
    else told.push(`${step.head.name} ${step.head.columns?.join() ?? 'all'}: ${Buffer.concat(step.rows)}`);
  }
  return told;
}

async function* chunksOf(sql: string): AsyncGenerator<Buffer> {
  for (let at = 0; at < sql.length; at += 7) yield Buffer.from(sql.slice(at, at + 7));
}

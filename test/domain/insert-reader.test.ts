import { describe, expect, test } from 'vitest';
import { type DumpPiece, insertReader, NotPlainInserts } from '../../src/domain/insert-reader.ts';

const dump = `/*M!999999\\- enable the sandbox mode */
-- MySQL dump 10.13
/*!50503 SET NAMES utf8mb4 */;

USE \`a;b\`;
-- it's
INSERT INTO \`t\` VALUES (1,'x\\'),(2\\n);'),(2,NULL);
INSERT INTO \`t\` VALUES (3,'');

USE \`ünï\`;
INSERT INTO \`with \`\`tick\`\` VALUES (\` (\`a\`, \`b\`\`, c\`) VALUES
(1,'🌊'),
(2,0x27293B0A);
/*!40101 SET SQL_MODE=@OLD_SQL_MODE */;
-- Dump completed on 2026-11-23
`;

const read = [
  'SET: /*!50503 SET NAMES utf8mb4 */',
  `INSERT a;b t (all) by ),(: 1,'x\\'),(2\\n);'),(2,NULL`,
  "INSERT a;b t (all) by ),(: 3,''",
  "INSERT ünï with `tick` VALUES ( (a|b`, c) by ),\n(: 1,'🌊'),\n(2,0x27293B0A",
  'SET: /*!40101 SET SQL_MODE=@OLD_SQL_MODE */',
];

test('tells rows from statements, and of which table they are', () => {
  expect(told(dump)).toEqual(read);
});

test('tells the same wherever a chunk ends', () => {
  const bytes = Buffer.from(dump);
  for (let cut = 0; cut <= bytes.length; cut += 1) {
    expect(told(bytes.subarray(0, cut), bytes.subarray(cut)), `cut at ${cut}`).toEqual(read);
  }
  for (const size of [1, 2, 3, 4, 7, 64]) {
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
      bytes.subarray(index * size, (index + 1) * size),
    );
    expect(told(...chunks), `chunks of ${size}`).toEqual(read);
  }
});

test('passes rows on as they came in, not copied', () => {
  const bytes = Buffer.from(`INSERT INTO \`t\` VALUES (${'1),(2'.repeat(1000)});\n`);
  const rows = insertReader()
    .push(bytes)
    .filter((piece) => piece.kind === 'rows');
  expect(rows.map((piece) => piece.bytes.buffer === bytes.buffer)).toEqual([true]);
});

describe('refuses', () => {
  test.each([
    ['a dump that stops in a row', 'INSERT INTO `t` VALUES (1,2'],
    ['a dump that stops in a line', '-- Dump comp'],
    ['a statement that is more than a line', 'CREATE TABLE t (\n  id INT\n);\n'],
    ['the rest of a comment about a name with a newline', '-- Dumping data for table `new\nline`\n'],
    ['another kind of statement with rows', 'REPLACE INTO `t` VALUES (1);\n'],
    ['INSERT IGNORE', 'INSERT IGNORE INTO `t` VALUES (1);\n'],
    ['an INSERT of no columns', 'INSERT INTO `t` () VALUES ();\n'],
    ['an INSERT of a table in another schema', 'INSERT INTO `s`.`t` VALUES (1);\n'],
    ['an INSERT that selects', 'INSERT INTO `t` SELECT 1;\n'],
    ['rows that begin in another way', 'INSERT INTO `t` VALUES(1);\n'],
    ['bytes with their character set named', "INSERT INTO `t` VALUES (1,_binary 'x');\n"],
    ['a line without end', `-- ${'x'.repeat(100_000)}`],
  ])('%s', (_name, sql) => {
    expect(() => told(sql)).toThrow(NotPlainInserts);
  });
});

function told(...chunks: (string | Buffer)[]): string[] {
  const reader = insertReader();
  const pieces = chunks.flatMap((chunk) => reader.push(Buffer.from(chunk)));
  reader.end();
  const lines: Buffer[] = [];
  for (const piece of pieces) {
    if (piece.kind === 'rows') lines.push(Buffer.concat([lines.pop() ?? Buffer.alloc(0), piece.bytes]));
    else lines.push(Buffer.from(wordsFor(piece)));
  }
  return lines.map(String);
}

function wordsFor(piece: Exclude<DumpPiece, { kind: 'rows' }>): string {
  if (piece.kind === 'setting') return `SET: ${piece.sql}`;
  return `INSERT ${piece.schema} ${piece.name} (${piece.columns?.join('|') ?? 'all'}) by ${piece.between}: `;
}

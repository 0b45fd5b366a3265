import { describe, expect, it } from 'vitest';
import { addKeysStatement, dropKeysStatement, plainKeys } from '../../src/domain/deferred-keys.ts';

const namesOf = (createTable: string, needed: string[] = []) =>
  plainKeys(createTable, new Set(needed)).map(({ name }) => name);

describe('the keys of a table that wait for its rows', () => {
  it('are its plain secondary keys, word by word, whatever stands in names and comments', () => {
    expect(
      plainKeys(
        `CREATE TABLE \`t\` (
  \`id\` int NOT NULL,
  \`a,\`\`(b\` varchar(30) DEFAULT 'it''s, KEY (' COMMENT 'back\\\\',
  \`doc\` json DEFAULT NULL,
  PRIMARY KEY (\`id\`),
  UNIQUE KEY \`u\` (\`a,\`\`(b\`),
  KEY \`n,\`\`(m\` (\`a,\`\`(b\`(3) DESC,\`id\`) USING BTREE COMMENT 'x, (y''' /*!80000 INVISIBLE */,
  KEY \`f\` ((cast(json_extract(\`doc\`,_utf8mb4'$.n') as unsigned))),
  FULLTEXT KEY \`words\` (\`a,\`\`(b\`),
  CONSTRAINT \`c\` CHECK ((\`id\` > 0))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='KEY \`no\` (\`id\`)'
/*!50100 PARTITION BY RANGE (\`id\`) (PARTITION p0 VALUES LESS THAN (10) ENGINE = InnoDB) */`,
        new Set(),
      ),
    ).toEqual([
      {
        name: 'n,`(m',
        definition: "KEY `n,``(m` (`a,``(b`(3) DESC,`id`) USING BTREE COMMENT 'x, (y''' /*!80000 INVISIBLE */",
      },
      { name: 'f', definition: "KEY `f` ((cast(json_extract(`doc`,_utf8mb4'$.n') as unsigned)))" },
    ]);
  });

  const table = 'CREATE TABLE `t` (\n  `id` int,\n  KEY `a` (`a`),\n  KEY `b` (`b`,`c`),\n  KEY `c` (`c`,`b`)\n)';

  it('are not those that a foreign key or AUTO_INCREMENT needs', () => {
    expect(namesOf(table, ['c'])).toEqual([]);
    expect(namesOf(table, ['a'])).toEqual(['b', 'c']);
  });

  it('come back in the same order: nothing is taken from before one that stays', () => {
    expect(namesOf(table, ['b'])).toEqual(['c']);
    expect(namesOf('CREATE TABLE `t` (\n  KEY `a` (`a`),\n  SPATIAL KEY `s` (`g`),\n  KEY `b` (`b`)\n)')).toEqual([
      'b',
    ]);
  });

  it('are taken off and put back by one statement each', () => {
    const keys = { schema: 'x`y', name: 't', keys: plainKeys(table, new Set(['a'])) };
    expect(dropKeysStatement(keys)).toBe('ALTER TABLE `x``y`.`t` DROP KEY `b`, DROP KEY `c`');
    expect(addKeysStatement(keys)).toBe('ALTER TABLE `x``y`.`t` ADD KEY `b` (`b`,`c`), ADD KEY `c` (`c`,`b`)');
  });
});

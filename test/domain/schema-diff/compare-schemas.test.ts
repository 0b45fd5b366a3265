import { describe, expect, it } from 'vitest';
import { changeCounts, changeLines, keptChangeLines } from '../../../src/domain/schema-diff/change-words.ts';
import { compareSchemas } from '../../../src/domain/schema-diff/compare-schemas.ts';
import { readSchemaObjects } from '../../../src/domain/schema-diff/read-schema-objects.ts';
import { keptChanges, type SchemaChange } from '../../../src/domain/schema-diff/schema-change.ts';

const between = (before: string, after: string) =>
  compareSchemas(readSchemaObjects([before]).objects, readSchemaObjects([after]).objects).flatMap(changeLines);

const table = (columns: string, options = 'ENGINE=InnoDB') =>
  `USE \`a\`;\nCREATE TABLE \`t\` (\n${columns}\n) ${options};\n`;

describe('comparing two structures', () => {
  it.each([
    [
      'a counter',
      table('  `id` int', 'ENGINE=InnoDB AUTO_INCREMENT=7'),
      table('  `id` int', 'ENGINE=InnoDB AUTO_INCREMENT=900'),
      [],
    ],
    ['the dates of the dumps', '-- Dump completed on 2026-11-01', '-- Dump completed on 2026-11-08', []],
    [
      'the order of keys',
      table('  `id` int,\n  KEY `x` (`id`),\n  KEY `y` (`id`)'),
      table('  `id` int,\n  KEY `y` (`id`),\n  KEY `x` (`id`)'),
      [],
    ],
    [
      'the order of columns',
      table('  `a` int,\n  `b` int'),
      table('  `b` int,\n  `a` int'),
      ['table a.t changed', '  + the same lines in another order'],
    ],
    [
      'a column that came',
      table('  `a` int,\n  KEY `k` (`a`)'),
      table('  `a` int,\n  `b` text,\n  KEY `k` (`a`)'),
      ['table a.t changed', '  + `b` text'],
    ],
    [
      'a column that is longer now',
      table('  `a` varchar(5)'),
      table('  `a` varchar(9)'),
      ['table a.t changed', '  - `a` varchar(5)', '  + `a` varchar(9)'],
    ],
    ['a table that went', table('  `a` int'), 'USE `a`;\n', ['table a.t removed']],
    [
      'semicolons and quotes inside of names and texts',
      table("  `it's; b` int COMMENT 'x;\ny'';'"),
      table("  `it's; b` int COMMENT 'x;\nz'';'"),
      ['table a.t changed', "  - y'';'", "  + z'';'"],
    ],
    [
      'the SQL mode of a procedure',
      procedure("'STRICT_ALL_TABLES'"),
      procedure("''"),
      ['procedure a.p changed', "  - sql_mode = 'STRICT_ALL_TABLES'", "  + sql_mode = ''"],
    ],
    [
      'a view whose own schema is written out only once',
      'CREATE OR REPLACE ALGORITHM=UNDEFINED VIEW `a`.`v` AS select `a`.`t`.`x` AS `x` from `a`.`t`;\n',
      'CREATE OR REPLACE ALGORITHM=UNDEFINED VIEW `a`.`v` AS select `t`.`x` AS `x` from `a`.`t`;\n',
      [],
    ],
    [
      'a view that broke',
      'CREATE OR REPLACE VIEW `a`.`v` AS SELECT 1 AS `x`;\nCREATE OR REPLACE VIEW `a`.`v` AS select 1 AS `x`;\n',
      '-- `a`.`v` was broken in the source: what it reads from is gone.\n-- CREATE VIEW\n-- Dump completed\n',
      [
        'view a.v changed',
        '  - CREATE OR REPLACE VIEW `v` AS select 1 AS `x`',
        '  + -- `v` was broken in the source: what it reads from is gone.',
        '  + -- CREATE VIEW',
      ],
    ],
  ])('%s', (_what, before, after, expected) => {
    expect(between(before, after)).toEqual(expected);
    expect(between(before, before)).toEqual([]);
  });

  it('keeps the first of very many changes, and says how many there are', () => {
    const one: SchemaChange = {
      kind: 'table',
      schema: 'a',
      name: 't',
      what: 'changed',
      gone: Array(50).fill('x'.repeat(999)),
      come: [],
    };
    const kept = keptChanges('20261123T030000Z-schema-alumni-x7k2', Array(900).fill(one));
    expect(kept.total).toBe(900);
    expect(JSON.stringify(kept).length).toBeLessThan(1_000_000);
    expect(kept.changes[0]?.gone.at(-1)).toBe('… and 38 more lines');
    expect(changeCounts(kept.changes, kept.total)).toBe('900 changes');
    const lines = keptChangeLines(kept, 60);
    expect(lines.length).toBeLessThanOrEqual(61);
    expect(lines.at(-1)).toBe('… and 896 more changes');
    expect(keptChangeLines(kept, 5)).toHaveLength(6);
    expect(changeCounts([one, { ...one, what: 'added' }])).toBe('2 changes: 1 added, 1 changed');
    expect(changeCounts([])).toBe('nothing changed');
  });
});

function procedure(mode: string): string {
  return `USE \`a\`;
/*!50003 SET @saved_sql_mode       = @@sql_mode */ ;
/*!50003 SET sql_mode              = ${mode} */ ;
DELIMITER ;;
CREATE DEFINER=\`root\`@\`localhost\` PROCEDURE \`p\`()
BEGIN SELECT 1; SELECT 2; END ;;
DELIMITER ;
`;
}

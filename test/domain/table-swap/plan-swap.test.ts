import { describe, expect, it } from 'vitest';
import type { Flavour } from '../../../src/domain/server.ts';
import { foreignKeysOf } from '../../../src/domain/table-swap/constraints.ts';
import { planSwap, type SwapRequest } from '../../../src/domain/table-swap/plan-swap.ts';
import { swapNames } from '../../../src/domain/table-swap/swap-names.ts';
import { nextMove, turned } from '../../../src/domain/table-swap/swap-progress.ts';
import type { TableFacts, Trigger } from '../../../src/domain/table-swap/table-facts.ts';

const table = { schema: 's', name: 't' };
const names = swapNames(table, 'x7k2');
const plain = 'CREATE TABLE `t` (\n  `id` int NOT NULL,\n  PRIMARY KEY (`id`)\n) ENGINE=InnoDB';

describe('an exchange', () => {
  it('of a table on which nothing hangs is one RENAME', () => {
    expect(stepsOf({})).toEqual([
      'RENAME TABLE `s`.`t` TO `s`.`t_tidemark_x7k2_old`, `s`.`t_tidemark_x7k2_copy` TO `s`.`t`',
    ]);
    expect(stepsOf({}, 'back')).toEqual([
      'RENAME TABLE `s`.`t` TO `s`.`t_tidemark_x7k2_copy`, `s`.`t_tidemark_x7k2_old` TO `s`.`t`',
    ]);
  });

  it('of a table that is gone takes its name, and no name is in the way', () => {
    const createTable = plain.replace('PRIMARY', 'CONSTRAINT `c` CHECK (`id` > 0),\n  PRIMARY');
    const decision = planSwap({ ...request({ createTable }), live: undefined });
    if (decision.kind === 'refused') throw new Error(decision.why);
    expect(decision.structure.sql).toContain('CONSTRAINT `c` CHECK');
    expect(decision.steps.map(({ forth }) => forth.sql)).toEqual([
      'RENAME TABLE `s`.`t_tidemark_x7k2_copy` TO `s`.`t`',
    ]);
  });

  it('lets a child of another schema refer to both tables until one of them serves', () => {
    const child = { schema: 'other', name: 'kid' };
    const created = `CREATE TABLE \`kid\` (
  \`up\` int, KEY \`up\` (\`up\`),
  CONSTRAINT \`kid_ibfk_1\` FOREIGN KEY (\`up\`) REFERENCES \`s\`.\`t\` (\`id\`) ON DELETE CASCADE
)`;
    expect(stepsOf({ foreignKeysIn: foreignKeysOf(created, child) })).toEqual([
      'ALTER TABLE `other`.`kid` DROP KEY `up`, ADD KEY `up` (`up`), ADD CONSTRAINT `tidemark_x7k2_in1` FOREIGN KEY (`up`) REFERENCES `s`.`t_tidemark_x7k2_copy` (`id`) ON DELETE CASCADE',
      'RENAME TABLE `s`.`t` TO `s`.`t_tidemark_x7k2_old`, `s`.`t_tidemark_x7k2_copy` TO `s`.`t`',
      'ALTER TABLE `other`.`kid` DROP FOREIGN KEY `kid_ibfk_1`',
      'ALTER TABLE `other`.`kid` DROP FOREIGN KEY `tidemark_x7k2_in1`, ADD CONSTRAINT `kid_ibfk_1` FOREIGN KEY (`up`) REFERENCES `s`.`t` (`id`) ON DELETE CASCADE',
    ]);
  });

  const constrained = `CREATE TABLE \`t\` (
  \`id\` int NOT NULL,
  \`up\` int DEFAULT NULL COMMENT 'CONSTRAINT \`no\` CHECK (1), ''',
  CONSTRAINT \`own\` FOREIGN KEY (\`up\`) REFERENCES \`t\` (\`id\`),
  CONSTRAINT \`t_ibfk_2\` FOREIGN KEY (\`up\`,\`id\`) REFERENCES \`far\`\`s\`.\`p\` (\`a\`,\`b\`) ON UPDATE CASCADE,
  CONSTRAINT \`named\` CHECK ((\`id\` > 0)),
  CONSTRAINT \`t_chk_1\` CHECK ((\`up\` <> 3)) /*!80016 NOT ENFORCED */
) ENGINE=InnoDB`;

  it('lets constraints wait under other names, which the old table gives up: those of the server follow by themselves', () => {
    const facts = { createTable: constrained };
    const decision = planSwap(request(facts));
    if (decision.kind === 'refused') throw new Error(decision.why);
    expect(decision.structure.sql).toBe(`CREATE TABLE \`s\`.\`t_tidemark_x7k2_copy\` (
  \`id\` int NOT NULL,
  \`up\` int DEFAULT NULL COMMENT 'CONSTRAINT \`no\` CHECK (1), ''',
  CONSTRAINT \`tidemark_x7k2_fk1\` FOREIGN KEY (\`up\`) REFERENCES \`s\`.\`t_tidemark_x7k2_copy\` (\`id\`),
  CONSTRAINT \`tidemark_x7k2_fk2\` FOREIGN KEY (\`up\`,\`id\`) REFERENCES \`far\`\`s\`.\`p\` (\`a\`,\`b\`) ON UPDATE CASCADE,
  CONSTRAINT \`tidemark_x7k2_chk1\` CHECK ((\`id\` > 0)),
  CONSTRAINT \`t_tidemark_x7k2_copy_chk_1\` CHECK ((\`up\` <> 3)) /*!80016 NOT ENFORCED */
) ENGINE=InnoDB`);
    expect(stepsOf(facts).slice(1)).toEqual([
      'ALTER TABLE `s`.`t_tidemark_x7k2_old` DROP FOREIGN KEY `own`, DROP FOREIGN KEY `t_tidemark_x7k2_old_ibfk_2`',
      'ALTER TABLE `s`.`t` DROP FOREIGN KEY `tidemark_x7k2_fk1`, DROP FOREIGN KEY `tidemark_x7k2_fk2`, ADD CONSTRAINT `own` FOREIGN KEY (`up`) REFERENCES `s`.`t` (`id`), ADD CONSTRAINT `t_ibfk_2` FOREIGN KEY (`up`,`id`) REFERENCES `far``s`.`p` (`a`,`b`) ON UPDATE CASCADE',
      'ALTER TABLE `s`.`t_tidemark_x7k2_old` DROP CHECK `named`',
      'ALTER TABLE `s`.`t` DROP CHECK `tidemark_x7k2_chk1`, ADD CONSTRAINT `named` CHECK ((`id` > 0))',
    ]);
    expect(decision.steps.filter(({ rewrites }) => rewrites)).toHaveLength(1);
    expect(stepsOf(facts, 'back')).toContain(
      'ALTER TABLE `s`.`t_tidemark_x7k2_old` ADD CONSTRAINT `own` FOREIGN KEY (`up`) REFERENCES `s`.`t_tidemark_x7k2_old` (`id`), ADD CONSTRAINT `t_tidemark_x7k2_old_ibfk_2` FOREIGN KEY (`up`,`id`) REFERENCES `far``s`.`p` (`a`,`b`) ON UPDATE CASCADE',
    );
  });

  it('leaves checks alone on MariaDB, whose names belong to their table', () => {
    expect(stepsOf({ createTable: constrained }, 'forth', 'mariadb').filter((sql) => sql.includes('CHECK'))).toEqual(
      [],
    );
  });

  it('brings triggers along in their order, named under a lock, and on the way back in the same order', () => {
    const trigger = (name: string): Trigger => ({
      ...{ name, moment: 'BEFORE INSERT', body: 'SET @a = 1', definer: '`a`@`%`', sqlMode: 'ANSI_QUOTES' },
      ...{ characterSet: 'latin1', collation: 'latin1_swedish_ci' },
    });
    const triggers = [trigger('one'), trigger('two')];
    const short = (each: string) =>
      each
        .replace(/CREATE DEFINER = .a.@.%. TRIGGER/, 'CREATE')
        .replace(/ BEFORE.*ON/, ' ON')
        .replace(/ FOR .*/, '');
    expect(stepsOf({ triggers }).map(short)).toEqual([
      'CREATE `s`.`tidemark_x7k2_trg1` ON `s`.`t_tidemark_x7k2_copy`',
      'CREATE `s`.`tidemark_x7k2_trg2` ON `s`.`t_tidemark_x7k2_copy`',
      'RENAME TABLE `s`.`t` TO `s`.`t_tidemark_x7k2_old`, `s`.`t_tidemark_x7k2_copy` TO `s`.`t`',
      'DROP TRIGGER `s`.`two`',
      'DROP TRIGGER `s`.`one`',
      'CREATE `s`.`one` ON `s`.`t`',
      'CREATE `s`.`two` ON `s`.`t`',
      'DROP TRIGGER `s`.`tidemark_x7k2_trg2`',
      'DROP TRIGGER `s`.`tidemark_x7k2_trg1`',
    ]);
    const back = stepsOf({ triggers }, 'back').map(short);
    expect(back.indexOf('CREATE `s`.`one` ON `s`.`t_tidemark_x7k2_old`')).toBe(
      back.indexOf('CREATE `s`.`two` ON `s`.`t_tidemark_x7k2_old`') - 1,
    );
    const decision = planSwap(request({ triggers }));
    if (decision.kind === 'refused') throw new Error(decision.why);
    expect(decision.steps.filter(({ locked }) => locked)).toHaveLength(4);
    expect(decision.steps[0]?.forth.session).toBe(
      "sql_mode = 'ANSI_QUOTES', character_set_client = latin1, collation_connection = latin1_swedish_ci",
    );
  });

  it.each<[string, Partial<TableFacts>, Partial<SwapRequest>, RegExp]>([
    ['keeps the history of its rows', { versioned: true }, {}, /history/],
    [
      'has a child that refers to a column which the recovered one has not',
      {
        foreignKeysIn: foreignKeysOf(
          'CREATE TABLE `c` (`x` int, CONSTRAINT `f` FOREIGN KEY (`x`) REFERENCES `t` (`late`))',
          { schema: 's', name: 'c' },
        ),
      },
      {},
      /`s`.`c` refers to the column `late`/,
    ],
    [
      'shares a constraint name with another table by now',
      { createTable: constrained },
      { taken: { foreignKeys: ['own'], checks: [], triggers: [] } },
      /`own`/,
    ],
  ])('is refused for a table that %s', (_, facts, more, why) => {
    expect(planSwap({ ...request(facts), ...more })).toMatchObject({
      kind: 'refused',
      why: expect.stringMatching(why),
    });
  });

  it('that stopped somewhere begins again, either way, with the step that may be half-way', () => {
    const decision = planSwap(request({ createTable: constrained }));
    if (decision.kind === 'refused') throw new Error(decision.why);
    const { steps } = decision;
    expect(nextMove(steps, turned(steps, { direction: 'forth', done: 2 }))?.statement).toBe(steps[2]?.back);
    expect(nextMove(steps, turned(steps, { direction: 'back', done: 3 }))?.statement).toBe(steps[2]?.forth);
    expect(nextMove(steps, { direction: 'forth', done: steps.length })).toBeUndefined();
    expect(nextMove(steps, { direction: 'back', done: 0 })).toBeUndefined();
  });
});

describe('names beside a table', () => {
  it.each(['t', 'ü'.repeat(64), 'star ✨ `tick'])(
    'have at most 64 characters, with room for what servers append: %s',
    (name) => {
      const { copy, old } = swapNames({ schema: 's', name }, 'x7k2');
      for (const each of [copy.name, old.name]) expect([...`${each}_ibfk_99`].length).toBeLessThanOrEqual(64);
      expect(copy.name).not.toBe(old.name);
    },
  );
});

function request(facts: Partial<TableFacts>, flavour: Flavour = 'mysql'): SwapRequest {
  const live: TableFacts = {
    ...{
      ...table,
      createTable: plain,
      engine: 'InnoDB',
      versioned: false,
      rows: 1,
      bytes: 1,
      columns: [],
      key: ['id'],
    },
    ...{ triggers: [], foreignKeysIn: [], ...facts },
  };
  return { flavour, names, live, recovered: live, taken: { foreignKeys: [], checks: [], triggers: [] } };
}

function stepsOf(
  facts: Partial<TableFacts>,
  direction: 'forth' | 'back' = 'forth',
  flavour: Flavour = 'mysql',
): string[] {
  const decision = planSwap(request(facts, flavour));
  if (decision.kind === 'refused') throw new Error(decision.why);
  const statements = decision.steps.map((step) => step[direction].sql);
  return direction === 'forth' ? statements : statements.reverse();
}

import { expect, it } from 'vitest';
import { missingByName, missingObjects } from '../../../src/domain/schema-diff/missing-objects.ts';
import { readSchemaObjects } from '../../../src/domain/schema-diff/read-schema-objects.ts';

const named = (sql: string) => readSchemaObjects([sql]).objects.map(({ kind, schema, name }) => [kind, schema, name]);

it('reads triggers and events in the pieces that mysqldump writes them in', () => {
  const dump = `USE \`a\`;
DELIMITER ;;
/*!50003 CREATE*/ /*!50017 DEFINER=\`root\`@\`%\`*/ /*!50003 TRIGGER \`on it\` BEFORE INSERT ON \`t\` FOR EACH ROW BEGIN
  SET NEW.x = ';';
END */;;
DELIMITER ;
DELIMITER ;;
/*!50003 SET time_zone             = 'SYSTEM' */ ;;
/*!50106 CREATE*/ /*!50117 DEFINER=\`root\`@\`%\`*/ /*!50106 EVENT \`e\` ON SCHEDULE EVERY 1 DAY DO SELECT 1 */ ;;
DELIMITER ;
`;
  const { objects } = readSchemaObjects([dump]);
  expect(named(dump)).toEqual([
    ['trigger', 'a', 'on it'],
    ['event', 'a', 'e'],
  ]);
  expect(objects[0]?.lines).toContain("  SET NEW.x = ';';");
  expect(objects[1]?.lines[0]).toBe("time_zone = 'SYSTEM'");
});

it('reads a body to its end, though lines of it end as statements do', () => {
  const body = "CREATE PROCEDURE `p`()\nBEGIN\n  SELECT ';;\n';\n  SELECT 2;\nEND";
  const { objects, unreadable } = readSchemaObjects([`USE \`a\`;\nDELIMITER ;;\n${body} ;;\nDELIMITER ;\n`]);
  expect(objects.map(({ lines }) => lines.join('\n'))).toEqual([body]);
  expect(unreadable).toEqual([]);
});

it("is not misled by MariaDB's first line, which nothing ends", () => {
  const dump =
    "/*M!999999\\- enable the sandbox mode */ \n-- Host: localhost  Database: it's\nCREATE DATABASE `a`;\nUSE `a`;\n";
  expect(named(dump)).toEqual([['schema', 'a', '']]);
});

it('leaves out what mysqldump puts beside a view, and takes the view', () => {
  const dump = `USE \`a\`;
SET @saved_cs_client     = @@character_set_client;
/*!50001 CREATE VIEW \`Shown\` AS SELECT
 1 AS \`id\`*/;
/*!50001 CREATE ALGORITHM=UNDEFINED */
/*!50013 DEFINER=\`root\`@\`%\` SQL SECURITY DEFINER */
/*!50001 VIEW \`Shown\` AS select 1 AS \`id\` */;
CREATE OR REPLACE VIEW \`a\`.\`Shown\` AS SELECT 1 AS \`id\`;
CREATE OR REPLACE ALGORITHM=UNDEFINED VIEW \`a\`.\`Shown\` AS select \`a\`.\`shown\`.\`id\` AS \`id\` from \`a\`.\`shown\`;
`;
  const { objects, unreadable } = readSchemaObjects([dump]);
  expect(unreadable).toEqual([]);
  expect(objects.map(({ lines }) => lines)).toEqual([
    ['CREATE OR REPLACE ALGORITHM=UNDEFINED VIEW `Shown` AS select `shown`.`id` AS `id` from `shown`'],
  ]);
});

it('says what it cannot name', () => {
  const { objects, unreadable } = readSchemaObjects([
    'USE `a`;\nCREATE TABLE `t` (\n  `a` int\n);\nCREATE\n  NEW THING `x`;\n',
  ]);
  expect(objects).toHaveLength(1);
  expect(unreadable).toEqual(['CREATE NEW THING `x`']);
});

it('knows by count and by name what should be there and is not', () => {
  const { objects } = readSchemaObjects([
    'CREATE DATABASE `a`;\nUSE `a`;\nCREATE TABLE `t` (\n  `a` int\n);\nDELIMITER ;;\nCREATE PACKAGE `p` AS END ;;\nDELIMITER ;\n',
  ]);
  const t = { schema: 'a', name: 't' };
  const one = { schemas: 1, tables: 1, sequences: 0, views: 0, procedures: 1, functions: 0, triggers: 0, events: 0 };
  expect(missingObjects({ ...one, accounts: 9 }, objects)).toEqual([]);
  expect(missingObjects({ ...one, accounts: 9, triggers: 7, tables: 3 }, objects)).toEqual([
    '2 of 3 tables',
    '7 of 7 triggers',
  ]);
  const inventory = {
    schemas: ['a', 'b'],
    tables: [{ ...t, engine: 'InnoDB', transactional: true, bytes: 0, estimatedRows: 0 }],
    sequences: [],
    views: [],
    procedures: [{ schema: 'a', name: 'p' }],
    functions: [],
    libraries: [{ schema: 'a', name: 'js' }],
    triggers: [{ schema: 'a', name: 'on it' }],
    events: [],
  };
  expect(missingByName(inventory, objects)).toEqual(['schema b', 'library a.js', 'trigger a.on it']);
});

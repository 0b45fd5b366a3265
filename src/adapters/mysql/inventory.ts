import { Failure } from '../../domain/failure.ts';
import { foldedName, type Inventory } from '../../domain/inventory.ts';
import type { TableName } from '../../domain/manifest.ts';
import type { Session } from './connection.ts';
import { readTables } from './read-tables.ts';
import type { SourceSettings } from './settings.ts';

/** Spelled like this they are the server's; where case counts, `Sys` is somebody's own. */
const serverSchemas = ['mysql', 'sys', 'information_schema', 'INFORMATION_SCHEMA', 'performance_schema'];

/** Reads what the scope holds from the data dictionary. Named schemas that do not exist (or are hidden) are not in the answer. */
export async function readInventory(session: Session, wanted: readonly string[] | undefined): Promise<Inventory> {
  const schemas = (await session.query<{ name: string }>('SELECT SCHEMA_NAME AS name FROM information_schema.SCHEMATA'))
    .map((row) => row.name)
    .filter((name) => !serverSchemas.includes(name) && (!wanted || wanted.includes(name)))
    .sort();
  const within = (column: string) =>
    [`${column} IN (${schemas.map(() => '?').join(', ') || 'NULL'})`, schemas] as const;
  const names = async (table: string, schema: string, name: string, also = ''): Promise<TableName[]> => {
    const [condition, values] = within(schema);
    const rows = await session.query<TableName>(
      `SELECT ${schema} AS \`schema\`, ${name} AS name FROM information_schema.${table} WHERE ${condition} ${also} ORDER BY 1, 2`,
      values,
    );
    // MariaDB takes `Sales` and `sales` for one here.
    return rows.filter((row) => schemas.includes(row.schema));
  };
  const knowsLibraries = await session.query(
    "SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'information_schema' AND TABLE_NAME = 'LIBRARIES'",
  );
  const libraries = knowsLibraries.length > 0 ? await names('LIBRARIES', 'LIBRARY_SCHEMA', 'LIBRARY_NAME') : [];
  const plain = (rows: TableName[]) => rows.map(({ schema, name }) => ({ schema, name }));
  return {
    schemas,
    tables: await readTables(session, schemas),
    sequences: plain(await names('TABLES', 'TABLE_SCHEMA', 'TABLE_NAME', "AND TABLE_TYPE = 'SEQUENCE'")),
    views: plain(await names('VIEWS', 'TABLE_SCHEMA', 'TABLE_NAME')),
    procedures: plain(await names('ROUTINES', 'ROUTINE_SCHEMA', 'ROUTINE_NAME', "AND ROUTINE_TYPE <> 'FUNCTION'")),
    functions: plain(await names('ROUTINES', 'ROUTINE_SCHEMA', 'ROUTINE_NAME', "AND ROUTINE_TYPE = 'FUNCTION'")),
    ...(libraries.length > 0 && { libraries: plain(libraries) }),
    triggers: plain(await names('TRIGGERS', 'TRIGGER_SCHEMA', 'TRIGGER_NAME')),
    events: plain(await names('EVENTS', 'EVENT_SCHEMA', 'EVENT_NAME')),
  };
}

/** A hidden schema is not dumped, silently, by mysqldump; here its absence is a failure. */
export function refuseMissingSchemas(settings: SourceSettings, found: readonly string[]): void {
  const missing = settings.schemas?.filter((name) => !found.includes(name)) ?? [];
  if (missing.length === 0) return;
  throw new Failure(
    'source-settings',
    `${settings.name} has no schema ${missing.join(', ')} that ${settings.user} can see.`,
    {
      hint: `Correct sources.${settings.name}.schemas, or grant ${settings.user} SELECT on it.`,
    },
  );
}

/** Without a guard against DDL, a table that came or went before the snapshot would be dumped twice or not at all. */
export function refuseChangedShape(planned: Inventory, now: Inventory): void {
  const shape = ({ schemas, tables, views, sequences }: Inventory) =>
    JSON.stringify([schemas, ...[tables, views, sequences].map((list) => list.map(foldedName))]);
  if (shape(planned) === shape(now)) return;
  throw new Failure('dump-incomplete', 'Tables came or went while the backup was being prepared.', {
    hint: 'Run the backup again when the schema change is through, or grant BACKUP_ADMIN so that it waits.',
  });
}

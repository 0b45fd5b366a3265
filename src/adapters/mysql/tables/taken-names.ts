import type { TableName } from '../../../domain/manifest.ts';
import type { TakenNames } from '../../../domain/table-swap/table-facts.ts';
import type { Session } from '../connection.ts';

/** Names that are unique in a schema, as far as they belong to other tables. */
export async function readTakenNames(
  session: Session,
  schema: string,
  except: readonly TableName[],
): Promise<TakenNames> {
  const ours = new Set(except.map(({ name }) => name));
  const others = (rows: { name: string; of: string }[]) =>
    rows.filter(({ of }) => !ours.has(of)).map(({ name }) => name);
  const constraints = (type: string) =>
    session.query<{ name: string; of: string }>(
      'SELECT CONSTRAINT_NAME AS name, TABLE_NAME AS `of` FROM information_schema.TABLE_CONSTRAINTS WHERE TABLE_SCHEMA = ? AND CONSTRAINT_TYPE = ?',
      [schema, type],
    );
  return {
    foreignKeys: others(await constraints('FOREIGN KEY')),
    checks: others(await constraints('CHECK')),
    triggers: others(
      await session.query<{ name: string; of: string }>(
        'SELECT TRIGGER_NAME AS name, EVENT_OBJECT_TABLE AS `of` FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = ?',
        [schema],
      ),
    ),
  };
}

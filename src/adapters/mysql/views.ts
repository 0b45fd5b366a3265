import { Failure } from '../../domain/failure.ts';
import { quoteName, quoteTable, type TableName } from '../../domain/manifest.ts';
import { type Session, serverErrorCode } from './connection.ts';

/**
 * Writes views as SQL: first a placeholder for each, then the real ones, so that they may use each other in any order.
 * mysqldump would stop at the first view whose tables are gone; here such a view is kept as a comment and named in `broken`.
 */
export async function dumpViews(
  session: Session,
  views: readonly TableName[],
): Promise<{ sql: string; broken: TableName[] }> {
  const read: ReadView[] = [];
  for (const view of views) read.push(await readView(session, view));
  const whole = read.filter((view) => view.columns !== 'broken');
  const broken = read.filter((view) => view.columns === 'broken');
  const lines = [
    'SET NAMES utf8mb4;',
    ...whole.flatMap(placeholder),
    ...usedFirst(whole).flatMap(creation),
    ...broken.flatMap(comment),
    '-- Dump completed',
    '',
  ];
  return { sql: lines.join('\n'), broken: broken.map(({ name }) => name) };
}

interface ReadView {
  readonly name: TableName;
  readonly statement: string;
  readonly collation: string;
  /** `hidden` when the server tells them only to those who may execute what the view calls. */
  readonly columns: readonly string[] | 'hidden' | 'broken';
}

async function readView(session: Session, name: TableName): Promise<ReadView> {
  const [created] = await session.query<Record<string, string>>(`SHOW CREATE VIEW ${quoteTable(name)}`);
  return {
    name,
    statement: qualify(created?.['Create View'] ?? '', name),
    collation: created?.collation_connection ?? 'utf8mb4_general_ci',
    columns: await readColumns(session, name),
  };
}

async function readColumns(session: Session, view: TableName): Promise<ReadView['columns']> {
  try {
    const rows = await session.query<{ Field: string }>(`SHOW COLUMNS FROM ${quoteTable(view)}`);
    return rows.map((row) => row.Field);
  } catch (error) {
    if (error instanceof Failure && error.code === 'source-unreachable') throw error;
    // MariaDB hides the columns of a view that calls a function from those who may not execute it.
    return /ACCESS_?DENIED/.test(serverErrorCode(error)) ? 'hidden' : 'broken';
  }
}

function placeholder({ name, columns }: ReadView): string[] {
  if (typeof columns === 'string') return [];
  const select = columns.map((column) => `1 AS ${quoteName(column)}`).join(', ');
  return [`CREATE OR REPLACE VIEW ${quoteTable(name)} AS SELECT ${select};`];
}

function creation({ name, statement, collation, columns }: ReadView): string[] {
  // MySQL replaces no view by one of another type, so its placeholder goes first.
  const isOfAnotherType = / DUALITY VIEW /.test(statement.slice(0, statement.indexOf(quoteTable(name))));
  return [
    ...(isOfAnotherType && columns !== 'hidden' ? [`DROP VIEW ${quoteTable(name)};`] : []),
    `USE ${quoteName(name.schema)};`,
    `SET collation_connection = ${collation};`,
    `${statement.replace(/^CREATE /, 'CREATE OR REPLACE ')};`,
  ];
}

function comment({ name, statement }: ReadView): string[] {
  const lines = [`${quoteTable(name)} was broken in the source: what it reads from is gone.`, ...statement.split('\n')];
  return lines.map((line) => `-- ${line}`);
}

/** Those without placeholders come last, each after the ones that it mentions. */
function usedFirst(views: readonly ReadView[]): ReadView[] {
  const ordered = new Set(views.filter((view) => view.columns !== 'hidden'));
  const visit = (view: ReadView, above: readonly ReadView[]) => {
    if (ordered.has(view) || above.includes(view)) return;
    for (const other of views) {
      if (other !== view && view.statement.includes(quoteTable(other.name))) visit(other, [...above, view]);
    }
    ordered.add(view);
  };
  for (const view of views) visit(view, []);
  return [...ordered];
}

/** SHOW CREATE VIEW leaves the view's own schema out when it is the session's; ours has none, so the name is whole already. */
function qualify(statement: string, view: TableName): string {
  return statement.includes(` VIEW ${quoteTable(view)} AS `)
    ? statement
    : statement.replace(` VIEW ${quoteName(view.name)} AS `, () => ` VIEW ${quoteTable(view)} AS `);
}

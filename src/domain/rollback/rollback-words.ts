import { countOf } from '../measures.ts';
import { type RollbackDetails, rollbackDetailsSchema } from './rollback-details.ts';

/** What of a rollback's plan stands among its facts. */
export function rollbackFacts(details: unknown): (readonly [name: string, value: string])[] {
  const parsed = rollbackDetailsSchema.safeParse(details);
  if (!parsed.success) return [];
  const { script, before } = parsed.data;
  const destroying = script.statements.filter(({ destroys }) => destroys !== undefined).length;
  const some = destroying > 0 ? `; ${countOf(destroying, 'of them destroys data', 'of them destroy data')}` : '';
  return [
    ['Script', `${script.file}, ${countOf(script.statements.length, 'statement')}${some}; SHA-256 ${script.sha256}`],
    [
      'Leads back to',
      before === null ? 'what the script makes: nothing is known of before' : `the structure of ${before}`,
    ],
  ];
}

/** The script, a statement behind the other, with what each destroys above it. Nothing for other plans. */
export function scriptLines(details: unknown): string[] {
  const parsed = rollbackDetailsSchema.safeParse(details);
  return parsed.success ? parsed.data.script.statements.flatMap(statementLines) : [];
}

function statementLines(
  { line, sql, destroys }: RollbackDetails['script']['statements'][number],
  index: number,
): string[] {
  return [
    `-- ${index + 1}, line ${line}${destroys === undefined ? '' : `: ${destroys.toUpperCase().slice(0, 1)}${destroys.slice(1)}!`}`,
    ...sql.split(/\r?\n/),
  ];
}

import { Failure } from '../../domain/failure.ts';
import type { DumpOptions } from '../../ports/source.ts';
import type { DdlGuard } from './ddl-guard.ts';
import type { SourceSettings } from './settings.ts';

/** Tells of DDL that waits for the backup, and makes the backup give way when it has waited too long. */
export function watchDdl(
  guard: DdlGuard,
  settings: SourceSettings,
  options: DumpOptions,
): { gaveWay: AbortSignal; stop(): void } {
  const patience = settings.lock.ddlPatienceSeconds;
  const giveWay = new AbortController();
  let looking = false;
  const look = async () => {
    if (looking) return;
    looking = true;
    const waiting = await guard.longestWait().catch(() => undefined);
    looking = false;
    if (!waiting || waiting.seconds < 2) return;
    options.onWaitingDdl?.(waiting);
    if (waiting.seconds < patience) return;
    giveWay.abort(
      new Failure(
        'lock-timeout',
        `The backup gave way to a statement that had waited ${waiting.seconds} s for it: ${waiting.statement}`,
        {
          hint: 'Run the backup again when the schema change is through.',
        },
      ),
    );
  };
  const timer = setInterval(() => void look(), 1000);
  return { gaveWay: giveWay.signal, stop: () => clearInterval(timer) };
}

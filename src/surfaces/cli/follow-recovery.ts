import { setTimeout as pause } from 'node:timers/promises';
import { formatBytes } from '../../domain/measures.ts';
import { isOpen, type StoredRecovery } from '../../domain/recovery/recovery.ts';
import { standingWords } from '../../domain/recovery/recovery-words.ts';
import type { Refusal } from '../../domain/refusal.ts';
import { executeRecovery } from '../../operations/recovery/execute-recovery.ts';
import { lookAfterRecoveries } from '../../operations/recovery/run-approved.ts';
import { closeEveryScratch } from '../../operations/recovery/standing-scratch.ts';
import type { World } from '../../operations/world.ts';
import type { Terminal } from './cli-parts.ts';

const lookMilliseconds = 300;

/** Sees an approved recovery to its end: the bot runs it, or this process where no bot does. Standard error tells how far it is. */
export async function followRecovery(
  world: World,
  { id }: StoredRecovery,
  { terminal, signal }: { terminal: Terminal; signal: AbortSignal },
): Promise<StoredRecovery | Refusal> {
  const running = new AbortController();
  const drawing = draw(world, id, terminal, running.signal);
  try {
    if (world.state.leases.holder('bot') === undefined) {
      const ended = await executeRecovery(world, id, { signal });
      if (ended.kind === 'refused') return ended;
      if (ended.recovery.scratch) await letLook(ended.recovery.scratch, terminal, signal);
      return ended.recovery;
    }
    for (;;) {
      await lookAfterRecoveries(world);
      const recovery = world.state.recoveries.get(id);
      if (recovery && (signal.aborted || !['approved', 'running'].includes(recovery.state))) return recovery;
      await pause(lookMilliseconds);
    }
  } finally {
    await closeEveryScratch(world);
    running.abort();
    await drawing;
  }
}

/** A scratch server of this process stands as long as it does. */
async function letLook(
  { optionFile }: NonNullable<StoredRecovery['scratch']>,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  terminal.err(`It stands until Ctrl-C; look into it: mysql --defaults-file=${optionFile}\n`);
  while (!signal.aborted) await pause(lookMilliseconds, undefined, { signal }).catch(() => {});
}

async function draw(world: World, id: string, terminal: Terminal, signal: AbortSignal): Promise<void> {
  let said = '';
  while (!signal.aborted) {
    const recovery = world.state.recoveries.get(id);
    if (recovery && isOpen(recovery)) {
      const { progress } = recovery;
      const bytes =
        progress && progress.totalBytes > 0
          ? ` ${formatBytes(progress.doneBytes)} of ${formatBytes(progress.totalBytes)}`
          : '';
      const columns = terminal.errColumns();
      const line = `${standingWords(recovery, world.clock.now())}${columns === undefined ? '' : bytes}`;
      if (line !== said) terminal.err(columns === undefined ? `${line}\n` : `\r\u001b[2K${line.slice(0, columns - 1)}`);
      said = line;
    }
    await pause(lookMilliseconds, undefined, { signal }).catch(() => {});
  }
  if (terminal.errColumns() !== undefined) terminal.err('\r\u001b[2K');
}

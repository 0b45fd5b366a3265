import type { Command } from 'commander';
import { countOf } from '../../../../domain/measures.ts';
import { formatList } from '../../../../domain/wording.ts';
import { type RotatedKeys, rotateKeys } from '../../../../operations/rotate-keys.ts';
import { type Answer, troubleText } from '../../answer.ts';
import type { Terminal } from '../../cli-parts.ts';
import { interruptible } from '../../interruptible.ts';
import type { Session } from '../../session.ts';

export function registerRotate(keys: Command, session: Session): void {
  const { parts } = session;
  keys
    .command('rotate')
    .description('wrap every backup under the keys that encrypt now, and open each again; can be stopped and run again')
    .action((_: object, command: Command) =>
      session.inWorld(command, ({ world, principal }) =>
        interruptible(parts, async (signal) => {
          const onSet = countingOn(parts.terminal);
          const rotated = await rotateKeys(world, { principal, signal, onSet });
          return rotated.kind === 'refused' ? rotated : answerFor(rotated, parts.name);
        }),
      ),
    );
}

function countingOn({ err, errColumns }: Terminal): (done: number, total: number) => void {
  return (done, total) => {
    if (errColumns() !== undefined) err(`\r${done} of ${total}${done === total ? '\n' : ''}`);
  };
}

function answerFor(rotated: RotatedKeys, name: string): Answer {
  const { under, already, left, stopped } = rotated;
  const keys = formatList(under.map(({ id }) => id));
  const text = [
    `${countOf(rotated.rotated, 'backup')} wrapped under ${keys}, and ${already} that were before; each was opened again.`,
    ...(rotated.rotated > 0 && !stopped ? [`A key that none of them needs any more: ${name} keys retire KEY`] : []),
  ].join('\n');
  const troubles = [
    ...left.map(({ id, repository, why, hint }) => troubleText(`${id} in ${repository} is as it was: ${why}`, hint)),
    ...(stopped ? [troubleText(`Not all backups were looked at: ${stopped.why}`, stopped.hint)] : []),
  ];
  if (troubles.length === 0) return { document: rotated, text, exitStatus: 0 };
  return { document: rotated, text, trouble: troubles.join('\n'), exitStatus: 1 };
}

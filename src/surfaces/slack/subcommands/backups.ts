import { backupKinds } from '../../../domain/backup-id.ts';
import { backupsMessage } from '../blocks/backups.ts';
import { refusalMessage } from '../blocks/refusal.ts';
import { type Subcommand, splitSource } from '../subcommand.ts';

export const backups: Subcommand = {
  name: 'backups',
  usage: 'backups [source]',
  does: 'lists what there is, newest first',
  run({ principal, words, world, operations }) {
    const { source, rest } = splitSource(words, world.sources);
    const kind = backupKinds.find((one) => rest.includes(one));
    const wanted = source ?? rest.find((word) => word !== kind);
    const answer = operations.listBackups(world, {
      principal,
      ...(wanted !== undefined && { source: wanted }),
      ...(kind && { kind }),
    });
    const now = world.clock.now();
    if (answer.kind === 'refused') return { message: refusalMessage(answer, `backups ${kind ?? ''}`.trim(), now) };
    return { message: backupsMessage(answer.source, answer.entries, now), forChannelOf: answer.source };
  },
};

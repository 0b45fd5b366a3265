import { backupDetailsMessage } from '../blocks/backup-details.ts';
import { refusalMessage } from '../blocks/refusal.ts';
import { shreddedBackupMessage } from '../blocks/shredded-backup.ts';
import { type Subcommand, splitSource } from '../subcommand.ts';
import { withPlaces } from '../with-places.ts';

export const show: Subcommand = {
  name: 'show',
  usage: 'show [id|latest] [source]',
  does: 'one backup in detail',
  async run({ principal, words, world, operations }) {
    const { source, rest } = splitSource(words, world.sources);
    const wanted = rest[0] ?? 'latest';
    const shown = await operations.showBackup(world, { principal, backup: wanted, ...(source && { source }) });
    const now = world.clock.now();
    if (shown.kind === 'refused') return { message: refusalMessage(shown, `show ${wanted}`, now) };
    if (shown.kind === 'shredded-backup') {
      return { message: shreddedBackupMessage(shown.entry, shown.shredded, now), forChannelOf: shown.entry.source };
    }
    const report = withPlaces(world, shown.report);
    return {
      message: backupDetailsMessage(report, shown.manifest, shown.entry.findings, now),
      forChannelOf: shown.entry.source,
    };
  },
};

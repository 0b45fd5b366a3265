import type { Check } from '../../domain/check.ts';
import { toFailure } from '../../domain/failure.ts';
import { missingRestoreGrants } from '../../domain/restore-grants.ts';
import type { Target } from '../../ports/target.ts';

/** Doctor's look at a server that recoveries may go to. What only a plan can know (room, packets, what lies there) is not looked at. Never fails. */
export async function examineTarget(target: Target): Promise<Check[]> {
  const subject = { id: 'target', subject: target.name };
  try {
    const { flavour, version, grants, user } = await target.facts();
    const missing = missingRestoreGrants(grants, user, flavour, { accounts: true, replays: true, binlog: false });
    if (missing.length > 0) {
      const finding = `${user} may not do all that a recovery does`;
      return [{ ...subject, state: 'bad', finding, mend: missing.join('\n') }];
    }
    const { replicates } = await target.condition();
    if (replicates) {
      const mend = 'STOP REPLICA; RESET REPLICA ALL on it before a recovery goes there.';
      return [{ ...subject, state: 'warning', finding: 'it is a running replica', mend }];
    }
    return [{ ...subject, state: 'good', finding: `${flavour} ${version} at ${target.place}, ready for a recovery` }];
  } catch (error) {
    const { message, hint } = toFailure(error);
    return [{ ...subject, state: 'warning', finding: message, mend: hint }];
  }
}

import type { Command } from 'commander';
import type { Session } from '../session.ts';
import { registerAdd } from './keys/add.ts';
import { registerConfirmCopy } from './keys/confirm-copy.ts';
import { registerList } from './keys/list.ts';
import { registerRetire } from './keys/retire.ts';
import { registerRotate } from './keys/rotate.ts';
import { registerShred } from './keys/shred.ts';

export function registerKeys(program: Command, session: Session): void {
  const keys = program.command('keys').description('the keys that backups are encrypted under');
  for (const register of [
    registerList,
    registerAdd,
    registerConfirmCopy,
    registerRotate,
    registerRetire,
    registerShred,
  ]) {
    register(keys, session);
  }
}

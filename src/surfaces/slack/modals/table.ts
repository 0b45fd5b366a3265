import type { Modal } from '../modal.ts';
import { approveModal } from './approve.ts';
import { restoreModal } from './restore.ts';

/** All forms there are. A new one is a file beside this one and a line here. */
export const modals: readonly Modal[] = [restoreModal, approveModal];

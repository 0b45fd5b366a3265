/** A process of its own that takes a lease, starts a job, says so and lives until it is killed: `hold-state.ts PATH`. */
import { openState } from '../../src/adapters/state/open-state.ts';

const state = openState({ path: process.argv[2] ?? '' });
const lease = state.leases.take('bot');
const started = state.jobs.start({ kind: 'full-backup', source: 'alumni', startedBy: 'child', trigger: 'request' });
console.log(`${lease.kind} ${started.kind}`);
setInterval(() => state.leases.beat(), 1000);

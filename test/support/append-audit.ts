/** A process of its own that appends to the audit log and tries to start jobs: `append-audit.ts PATH NAME TIMES`. */
import { openState } from '../../src/adapters/state/open-state.ts';

const [, , path = '', name = '', times = '0'] = process.argv;
const state = openState({ path });
let started = 0;
for (let index = 0; index < Number(times); index += 1) {
  state.audit.append({ at: new Date(), actor: name, via: 'shell', action: 'command', subject: String(index) });
  const job = state.jobs.start({ kind: 'full-backup', source: 'alumni', startedBy: name, trigger: 'request' });
  if (job.kind === 'started') {
    started += 1;
    if (state.jobs.running('alumni').length !== 1) throw new Error('two run at once');
    state.jobs.finish(job.job.id, { kind: 'cancelled', reason: 'enough' });
  }
}
state.close();
console.log(started);

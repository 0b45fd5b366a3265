import { setFlagsFromString } from 'node:v8';

/**
 * Does work that keeps large buffers for longer than a moment, as parts of an upload are kept. They outlive the garbage collector's quick
 * rounds, and by itself it lets them pile up to several times what is in use before it looks through everything. Meanwhile it
 * looks as soon as there is a third more than last time. That costs some processor time, so it is asked for where it is needed alone.
 */
export async function collectingSooner<Result>(work: () => Promise<Result>): Promise<Result> {
  atWork += 1;
  if (atWork === 1) letGrow(30);
  try {
    return await work();
  } finally {
    atWork -= 1;
    if (atWork === 0) letGrow(ITS_OWN_CHOICE);
  }
}

let atWork = 0;
const ITS_OWN_CHOICE = 0;

/** A flag of V8's that may change while it runs. Other versions of it name it otherwise. */
function letGrow(percent: number): void {
  if (process.version.startsWith('v24.')) setFlagsFromString(`--heap-growing-percent=${percent}`);
}

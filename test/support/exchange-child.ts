/** An exchange that kills itself at the n-th crash point: `exchange-child.ts '{ "directory": …, "live": …, "id": …, "back": …, "at": … }'`. */
import { exchangeTables, turnBack } from '../../src/operations/table-swap/exchange-tables.ts';
import { findSwap } from '../../src/operations/table-swap/stored-swaps.ts';
import { keepMilliseconds, openTableScene, type SceneServer } from './table-scene.ts';

const { directory, live, id, back, at } = JSON.parse(process.argv[2] ?? '') as {
  directory: string;
  live: SceneServer;
  id: string;
  back: boolean;
  at: number;
};
let passed = 0;
const scene = await openTableScene(directory, live, live, {
  crashPoint: () => {
    passed += 1;
    if (passed === at) process.kill(process.pid, 'SIGKILL');
  },
});
const swap = findSwap(scene.world, id);
if (!swap) throw new Error(`there is no exchange ${id}`);
const act = back ? turnBack : exchangeTables;
const result = await act(scene.world, swap, {
  target: scene.live,
  keepMilliseconds,
  signal: new AbortController().signal,
});
console.log(`came through: ${result.kind}`);

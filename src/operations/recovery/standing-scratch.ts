import { Failure } from '../../domain/failure.ts';
import { type Manifest, restoredBytes } from '../../domain/manifest.ts';
import type { ScratchServer } from '../../ports/scratch.ts';
import type { World } from '../world.ts';

/**
 * Scratch servers that a recovery was made onto, by its id: they stand for people to look into, until somebody closes them, a day has passed, or this
 * process ends. Nothing of them stays.
 */
const standing = new Map<string, ScratchServer>();

const longestMilliseconds = 24 * 3_600_000;

/** Whether what was done on the scratch server of a recovery is still there, in this process. */
export function scratchStands(id: string): boolean {
  return standing.has(id);
}

/** Who keeps a scratch server has this lease. */
export function scratchLease(id: string): string {
  return `recovery-scratch:${id}`;
}

/** The recovery's scratch server, started when there is none yet. */
export async function scratchFor(
  world: World,
  id: string,
  manifest: () => Promise<Manifest>,
  signal: AbortSignal,
): Promise<ScratchServer> {
  const there = standing.get(id);
  if (there) return there;
  if (!world.scratch) {
    throw new Failure('configuration', 'No scratch server is configured.', {
      hint: 'Set scratch.serverDir to the directory of mysqld or mariadbd.',
    });
  }
  const of = await manifest();
  const server = await world.scratch.start({ ...of.source, expectedBytes: restoredBytes(of), signal });
  standing.set(id, server);
  world.state.leases.take(scratchLease(id));
  const { name, target, optionFile } = server;
  note(world, id, { name, place: target.place, optionFile });
  return server;
}

/** Ends the scratch server of a recovery, if this process keeps one. */
export async function closeScratch(world: Pick<World, 'state'>, id: string): Promise<void> {
  const server = standing.get(id);
  if (!server) return;
  standing.delete(id);
  await server.destroy();
  world.state.leases.release(scratchLease(id));
  note(world, id, null);
}

/** Ends those that somebody closed or whose time is over. */
export async function tendScratch(world: World): Promise<void> {
  for (const [id, server] of standing) {
    const recovery = world.state.recoveries.get(id);
    const since = recovery?.finishedAt ? Date.parse(recovery.finishedAt) : world.clock.now().getTime();
    const isClosed = recovery?.scratch === null || recovery?.state === 'given-up';
    const isOver = server.gaveUp.aborted || world.clock.now().getTime() - since > longestMilliseconds;
    if (isClosed || isOver) await closeScratch(world, id);
  }
}

/** All of them, as this process ends. */
export async function closeEveryScratch(world: World): Promise<void> {
  for (const id of [...standing.keys()]) await closeScratch(world, id);
}

function note(
  { state }: Pick<World, 'state'>,
  id: string,
  scratch: { name: string; place: string; optionFile: string } | null,
): void {
  state.recoveries.change(id, (recovery) => ({ ...recovery, scratch }));
}

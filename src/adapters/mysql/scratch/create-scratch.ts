import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../../domain/failure.ts';
import type { Scratch, ScratchRequest, ScratchServer } from '../../../ports/scratch.ts';
import type { RunningProgram } from '../../process/run-program.ts';
import { createMysqlTarget } from '../mysql-target.ts';
import { clientOptions } from '../option-file.ts';
import { destroyScratch } from './destroy-scratch.ts';
import { initialiseData } from './initialise-data.ts';
import { makeRoom } from './make-room.ts';
import { openDoor } from './open-door.ts';
import { runScratchServer } from './run-scratch-server.ts';
import { findScratchPrograms } from './scratch-programs.ts';
import type { ScratchSettings } from './settings.ts';
import { sweepScratch } from './sweep-scratch.ts';
import { watchSize } from './watch-size.ts';

/** Scratch servers made of the server programs of this machine. */
export function createScratch(settings: ScratchSettings): Scratch {
  return {
    find: (wanted) => findScratchPrograms(settings, wanted),
    start: (request) => startScratch(settings, request),
    sweep: () => sweepScratch(settings.dir),
  };
}

async function startScratch(settings: ScratchSettings, request: ScratchRequest): Promise<ScratchServer> {
  const programs = await findScratchPrograms(settings, request);
  await sweepScratch(settings.dir);
  const room = await makeRoom(settings, request);
  const gaveUp = new AbortController();
  let server: RunningProgram | undefined;
  let destroyed = false;
  let stopWatching = () => {};
  const destroy = async () => {
    stopWatching();
    destroyed = true;
    server?.kill();
    await server?.ended;
    return destroyScratch(room, server?.pid ?? 0);
  };
  try {
    await initialiseData(programs, room, request);
    server = runScratchServer(programs, room, request);
    void server.ended.then((end) => {
      if (destroyed) return;
      const how = `The scratch server ${room.name} ended by itself${end.signal ? ` (${end.signal})` : ''}.`;
      gaveUp.abort(
        new Failure('restore-failed', how, { hint: `Look into ${room.log}, then run it again.`, retryable: true }),
      );
    });
    stopWatching = watchSize(room, settings.maxBytes, (failure) => gaveUp.abort(failure));
    const login = await openDoor(room, programs, AbortSignal.any([request.signal, gaveUp.signal]));
    const optionFile = join(room.directory, 'client.cnf');
    await writeFile(optionFile, clientOptions(login), { mode: 0o600 });
    return {
      name: room.name,
      version: programs.version,
      target: createMysqlTarget(login, { dataDirectory: room.data, workDirectory: join(room.directory, 'replays') }),
      optionFile,
      gaveUp: gaveUp.signal,
      destroy,
    };
  } catch (error) {
    await destroy();
    request.signal.throwIfAborted();
    throw error;
  }
}

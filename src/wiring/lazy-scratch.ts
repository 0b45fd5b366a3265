import type { ScratchSettings, SourceSettings } from '../config/settings.ts';
import type { Scratch } from '../ports/scratch.ts';

/** Scratch servers whose driver is loaded when the first is needed. The sources' own client programs serve them too. */
export function lazyScratch(settings: ScratchSettings, sources: readonly SourceSettings[]): Scratch {
  let loading: Promise<Scratch> | undefined;
  const scratch = () => {
    loading ??= loadScratch(settings, sources);
    return loading;
  };
  return {
    find: async (wanted) => (await scratch()).find(wanted),
    start: async (request) => (await scratch()).start(request),
    sweep: async () => (await scratch()).sweep(),
  };
}

async function loadScratch(settings: ScratchSettings, sources: readonly SourceSettings[]): Promise<Scratch> {
  const { createScratch } = await import('../adapters/mysql/scratch/create-scratch.ts');
  return createScratch({ ...settings, clientDirs: sources.flatMap(({ clientDir }) => clientDir ?? []) });
}

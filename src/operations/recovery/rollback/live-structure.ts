import { Failure } from '../../../domain/failure.ts';
import { objectCounts } from '../../../domain/manifest-parts.ts';
import { type SchemaObject, structureRoles } from '../../../domain/schema-diff/read-schema-objects.ts';
import { awaitTurn } from '../../await-turn.ts';
import { decompressPart } from '../../decompress-part.ts';
import { randomSuffix } from '../../random-suffix.ts';
import { objectsOf } from '../../read-structure.ts';
import type { World } from '../../world.ts';

/**
 * How everything of a source is made right now, in the form that backups are compared in: dumped as for a schema backup, and kept nowhere. Waits for
 * backups that keep DDL out. Failures: those of a dump, and `structure-unreadable`.
 */
export async function readLiveStructure(
  world: World,
  name: string,
  signal: AbortSignal,
): Promise<readonly SchemaObject[]> {
  const source = world.sources.get(name);
  if (!source)
    throw new Failure('usage', `There is no source ${name}.`, { hint: 'tidemark status shows those there are.' });
  const run = `look-${name}-${randomSuffix()}`;
  await awaitTurn(world, { id: run, source: name, startedAt: world.clock.now() }, { signal, onWaiting: () => {} });
  const dump = await source.startDump({
    run,
    contents: 'structure',
    maximumParts: 1,
    readers: 1,
    signal,
    crashPoint: () => {},
  });
  try {
    const texts: string[] = [];
    for (const part of dump.layout.parts.filter(({ role }) => structureRoles.includes(role))) {
      const { bytes, finished } = await dump.open(part);
      finished.catch(() => {});
      const chunks: Buffer[] = [];
      for await (const chunk of decompressPart(bytes)) chunks.push(chunk);
      await finished;
      texts.push(Buffer.concat(chunks).toString('utf8'));
    }
    return objectsOf(name, texts, objectCounts(dump.inventory, dump.accounts, dump.brokenViews));
  } finally {
    await dump.close();
  }
}

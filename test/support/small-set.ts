import { setPrefix } from '../../src/domain/backup-set.ts';
import { catalogEntry } from '../../src/domain/catalog.ts';
import { type Manifest, manifestSchema } from '../../src/domain/manifest.ts';
import { sha256 } from '../../src/domain/sha256.ts';
import type { World } from '../../src/operations/world.ts';
import type { Encryption } from '../../src/ports/encryption.ts';

/** Stores a set that no database was needed for, of one part, in every repository, and lists it as a proven backup. */
export async function storeSmallSet(
  { repositories, state, encryption: its }: World,
  id: string,
  encryption: Encryption = its,
): Promise<void> {
  const { setKey, keysObject } = await encryption.createSetKey(id);
  const prefix = setPrefix(id) ?? '';
  const [, source = ''] = /-full-(.+)-\w{4}$/.exec(id) ?? [];
  const name = 'parts/010-structure.sql.zst';
  const part = await setKey.encryptObject(name, Buffer.from('CREATE TABLE `t` (`id` int);\n'));
  const manifest = manifestOf(id, source, name, part);
  const sealed = await setKey.encryptObject('manifest', Buffer.from(JSON.stringify(manifest)));
  const places = [repositories.primary, ...repositories.copies];
  for (const repository of places) {
    await repository.put(`${prefix}keys`, keysObject);
    await repository.put(`${prefix}${name}`, part);
    await repository.put(`${prefix}manifest`, sealed);
  }
  const entry = catalogEntry(
    manifest,
    places.map((repository) => repository.name),
  );
  state.catalog.put({ ...entry, verified: { at: manifest.finishedAt, verdict: 'good', depth: 'read' } });
}

function manifestOf(id: string, source: string, name: string, part: Uint8Array): Manifest {
  const at = `${id.slice(0, 4)}-${id.slice(4, 6)}-${id.slice(6, 8)}T02:00:00.000Z`;
  const none = { tables: 0, sequences: 0, views: 0, procedures: 0, functions: 0, triggers: 0, events: 0, accounts: 0 };
  return manifestSchema.parse({
    formatVersion: 1,
    id,
    kind: 'full',
    method: 'mysqldump',
    source: {
      name: source,
      serverUuid: 'u',
      flavour: 'mysql',
      version: '9.7.4',
      characterSet: 'utf8mb4',
      lowerCaseTableNames: 0,
    },
    startedAt: at,
    snapshotAt: at,
    finishedAt: at,
    tools: {},
    flags: [],
    position: { file: 'binlog.000001', offset: 4, gtidSet: '' },
    lock: { method: 'global-read-lock', heldMilliseconds: 1, ddlGuard: 'none' },
    scope: { allSchemas: true, schemas: [], accounts: false },
    tables: [],
    objects: { ...none, schemas: 1 },
    parts: [
      {
        name,
        role: 'structure',
        format: 'sql',
        encoding: 'zstd',
        tables: [],
        rawBytes: 1,
        storedBytes: part.length,
        sha256: sha256(part),
      },
    ],
    plain: { recoverProgram: '', guide: '' },
    warnings: [],
  });
}

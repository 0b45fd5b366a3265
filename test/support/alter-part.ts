import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { zstdCompressSync } from 'node:zlib';
import { setObjects } from '../../src/domain/backup-set.ts';
import type { Manifest } from '../../src/domain/manifest.ts';
import { withFrameHeader } from '../../src/domain/zstd-frames.ts';
import { decompressPart } from '../../src/operations/decompress-part.ts';
import { openSet } from '../../src/operations/open-set.ts';
import { type BackupWorld, dba } from './backup-world.ts';

/**
 * Changes the SQL of a part as somebody could who has the key, or a bug: the part is sealed again and the manifest agrees with it.
 * `alter` sees the bytes as latin1. Throws when it changes nothing.
 */
export async function alterPart(
  world: BackupWorld,
  id: string,
  find: (part: Manifest['parts'][number]) => boolean,
  alter: (sql: string) => string,
): Promise<string> {
  const { primary } = world.repositories;
  const { setKey, manifest, prefix } = await openSet(world, primary, id, { principal: dba, purpose: 'test' });
  const part = manifest.parts.find(find);
  if (!part) throw new Error('there is no such part');
  const plain = (await primary.get(`${prefix}${part.name}`)).pipe(setKey.decryptPart(part.name));
  const sql = (await buffer(Readable.from(decompressPart(plain)))).toString('latin1');
  const altered = Buffer.from(alter(sql), 'latin1');
  if (altered.equals(Buffer.from(sql, 'latin1'))) throw new Error(`nothing to alter in ${part.name}`);

  const sealed = await buffer(
    Readable.from([withFrameHeader(zstdCompressSync(altered))]).pipe(setKey.encryptPart(part.name)),
  );
  await primary.put(`${prefix}${part.name}`, sealed);
  const sha256 = createHash('sha256').update(sealed).digest('hex');
  const changed = { ...part, sha256, storedBytes: sealed.length, rawBytes: altered.length };
  const parts = manifest.parts.map((each) => (each.name === part.name ? changed : each));
  const message = Buffer.from(JSON.stringify({ ...manifest, parts }));
  await primary.put(`${prefix}${setObjects.manifest}`, await setKey.encryptObject(setObjects.manifest, message));
  return part.name;
}

import {
  DeleteObjectCommand,
  GetObjectLegalHoldCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
} from '@aws-sdk/client-s3';
import type { LockedVersion, RepositoryVersions } from '../../ports/repository-versions.ts';
import { keySegments } from './object-key.ts';
import type { S3Place } from './s3-client.ts';
import { isMissing, statusOf } from './s3-fault.ts';

/** Removes objects with all their versions, asking first what Object Lock keeps: a bare refusal does not tell until when. */
export function s3Versions(
  { client, bucket: Bucket, root }: S3Place,
  explain: (error: unknown) => unknown,
): RepositoryVersions {
  return {
    async destroy(key) {
      keySegments(key);
      const Key = `${root}${key}`;
      const locked: LockedVersion[] = [];
      let versions = 0;
      try {
        // Collected first: a page after a removal could leave one out.
        const { kept, markers } = await versionsOf(Key);
        for (const VersionId of kept) {
          const lock = await lockOf(Key, VersionId);
          if (lock) locked.push(lock);
          else {
            await client.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
            versions += 1;
          }
        }
        // What marks it as removed stays as long as there is something under it.
        for (const VersionId of locked.length === 0 ? markers : []) {
          await client.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
        }
      } catch (error) {
        throw explain(error);
      }
      return { versions, locked };
    },

    async lockOf(key) {
      keySegments(key);
      try {
        return await lockOf(`${root}${key}`);
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw explain(error);
      }
    },
  };

  async function versionsOf(key: string): Promise<{ kept: string[]; markers: string[] }> {
    const kept: string[] = [];
    const markers: string[] = [];
    let marker: { KeyMarker?: string; VersionIdMarker?: string } | undefined = {};
    while (marker) {
      const page: ListObjectVersionsCommandOutput = await client.send(
        new ListObjectVersionsCommand({ Bucket, Prefix: key, ...marker }),
      );
      for (const { Key, VersionId } of page.Versions ?? []) if (Key === key && VersionId) kept.push(VersionId);
      for (const { Key, VersionId } of page.DeleteMarkers ?? []) if (Key === key && VersionId) markers.push(VersionId);
      const { IsTruncated, NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = page;
      // The key sorts before all that only begin with it.
      const goesOn = IsTruncated && KeyMarker === key;
      marker = goesOn ? { KeyMarker, ...(VersionIdMarker && { VersionIdMarker }) } : undefined;
    }
    return { kept, markers };
  }

  /** Of the version named, or of the one that is there now. */
  async function lockOf(Key: string, version?: string): Promise<LockedVersion | undefined> {
    const head = await client.send(new HeadObjectCommand({ Bucket, Key, ...(version && { VersionId: version }) }));
    const { VersionId: id = version ?? '', ObjectLockRetainUntilDate: until } = head;
    if (await isHeld(head, Key, id)) return { id };
    return until && until.getTime() > Date.now() ? { id, until } : undefined;
  }

  /** HEAD tells of a hold only to those who may ask for it. */
  async function isHeld(
    { ObjectLockLegalHoldStatus, ObjectLockMode }: HeadObjectCommandOutput,
    Key: string,
    VersionId: string,
  ): Promise<boolean> {
    if (ObjectLockLegalHoldStatus !== undefined) return ObjectLockLegalHoldStatus === 'ON';
    if (ObjectLockMode === undefined) return false;
    try {
      const { LegalHold } = await client.send(new GetObjectLegalHoldCommand({ Bucket, Key, VersionId }));
      return LegalHold?.Status === 'ON';
    } catch (error) {
      if (statusOf(error) === undefined) throw error;
      return false;
    }
  }
}

/** A bucket of S3, or of a store that speaks it, and how it is used. Credentials come by the SDK's own chain, never from here. */
export interface S3Settings {
  /** `primary`, or the copy's name. */
  readonly name?: string;
  readonly bucket: string;
  /** What every key begins with, without a `/` at its end. */
  readonly prefix?: string;
  /** Otherwise the SDK's chain decides (AWS_REGION, the profile). */
  readonly region?: string;
  /** Of another store than AWS, without credentials: `http://127.0.0.1:9000`. */
  readonly endpoint?: string;
  /** The bucket in the path instead of the host name. */
  readonly forcePathStyle?: boolean;
  /** Left out: the bucket's default. `none` asks for nothing either, and does not mind a bucket without a default. */
  readonly sse?: S3Encryption;
  readonly kmsKeyId?: string;
  /** Bytes of one part of a multipart upload, at least 5 MiB. An object has at most 10,000 parts. Default 6 MiB. */
  readonly partSize?: number;
  readonly patience?: Partial<S3Patience>;
}

export type S3Encryption = 'aws:kms' | 'AES256' | 'none';

export interface S3Patience {
  /** Milliseconds until a connection has to stand. */
  readonly connect: number;
  /** Milliseconds without a byte in either direction after which a request counts as hung. */
  readonly idle: number;
  /** Times a request is sent before it counts as failed, and a read is taken up again without getting further. */
  readonly attempts: number;
}

export const defaultPatience: S3Patience = { connect: 10_000, idle: 30_000, attempts: 4 };
export const defaultPartSize = 6 * 1024 * 1024;

/** Parts of one object that are sent at a time: with the one being filled, what an upload holds in memory. */
export const partsInFlight = 2;

/** For people: without credentials, whoever wrote them into the endpoint. */
export function s3Location({ bucket, prefix, endpoint }: S3Settings): string {
  const place = `s3://${bucket}${prefix ? `/${prefix}` : ''}`;
  return endpoint === undefined ? place : `${place} at ${new URL(endpoint).host}`;
}

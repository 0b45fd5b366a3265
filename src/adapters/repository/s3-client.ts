import { S3Client } from '@aws-sdk/client-s3';
import { defaultPatience, type S3Settings } from './s3-settings.ts';

/**
 * The SDK's client. It gives up on a hang, sends a failed request again (part and object bodies are buffers, so they can be),
 * and puts a checksum on whatever it stores.
 */
export function s3Client({ region, endpoint, forcePathStyle, patience }: S3Settings): S3Client {
  const { connect, idle, attempts } = { ...defaultPatience, ...patience };
  return new S3Client({
    // A store of one's own has no regions; AWS's name for the first of them satisfies the signature.
    ...(region !== undefined ? { region } : endpoint !== undefined && { region: 'us-east-1' }),
    ...(endpoint !== undefined && { endpoint }),
    ...(forcePathStyle !== undefined && { forcePathStyle }),
    maxAttempts: attempts,
    requestHandler: { connectionTimeout: connect, socketTimeout: idle },
    requestChecksumCalculation: 'WHEN_SUPPORTED',
    // Reads are checked in `s3-download.ts`, which also sees those that were broken off and taken up again.
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
}

/** A bucket seen from below its prefix: what every request to it begins with. */
export interface S3Place {
  readonly client: S3Client;
  readonly bucket: string;
  /** With a `/` at its end, or empty. */
  readonly root: string;
  readonly settings: S3Settings;
}

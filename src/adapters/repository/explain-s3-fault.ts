import { Failure } from '../../domain/failure.ts';
import { statusOf } from './s3-fault.ts';

/** What the store, or the way to it, said, for people. A Failure stays as it is, and so does a mistake of this program. */
export function explainS3Fault(error: unknown, name: string, location: string, bucket: string): unknown {
  if (error instanceof Failure || !(error instanceof Error)) return error;
  if (error instanceof TypeError || error instanceof ReferenceError || error instanceof SyntaxError) return error;
  const where = `repository ${name} (${location})`;
  const said = saidBy(error);
  const known = knownFault(error, where, bucket);
  if (known) return unavailable(known.message, known.hint, known.retryable ?? false, error);
  const status = statusOf(error);

  if (status !== undefined && (status >= 500 || status === 429 || status === 408)) {
    return unavailable(
      `${where} is not answering as it should: ${said}.`,
      'Try again in a while; if it stays so, look at the status page of the store.',
      true,
      error,
    );
  }
  if (status !== undefined) {
    return unavailable(
      `${where} refused the request: ${said}.`,
      'Run `tidemark repository setup` to see what is wrong with the bucket.',
      false,
      error,
    );
  }
  return unavailable(
    `${where} could not be reached: ${said}.`,
    'Check the network, the endpoint in the configuration, DNS and proxies, then try again.',
    true,
    error,
  );
}

interface Known {
  readonly message: string;
  readonly hint: string;
  readonly retryable?: boolean;
}

function knownFault(error: Error, where: string, bucket: string): Known | undefined {
  const said = saidBy(error);
  const status = statusOf(error);
  const lockedUntil = /retain until (?:date )?([0-9T:.Z+-]+)/i.exec(error.message)?.[1];
  if (lockedUntil !== undefined || /object lock|WORM protected/i.test(error.message)) {
    return {
      message: `An object in ${where} is locked${lockedUntil ? ` until ${lockedUntil}` : ''}: ${said}.`,
      hint: 'Object Lock keeps it, and Tidemark does not fight it. It can be removed after that date.',
    };
  }
  switch (error.name) {
    case 'NoSuchBucket':
      return {
        message: `There is no bucket ${bucket} for ${where}.`,
        hint: 'Check its name, or make it with `tidemark repository setup --create`.',
      };
    case 'PermanentRedirect':
    case 'AuthorizationHeaderMalformed':
    case 'IllegalLocationConstraintException':
    case 'TemporaryRedirect':
      return wrongRegion(error, where);
    case 'ExpiredToken':
    case 'ExpiredTokenException':
    case 'TokenRefreshRequired':
      return {
        message: `The credentials for ${where} have expired.`,
        hint: 'Log in again (`aws sso login`), or give Tidemark a role that renews itself.',
      };
    case 'InvalidAccessKeyId':
    case 'SignatureDoesNotMatch':
    case 'InvalidToken':
      return {
        message: `${where} does not know these credentials: ${said}.`,
        hint: 'Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the profile or role that Tidemark runs with.',
      };
    case 'CredentialsProviderError':
      return {
        message: `There are no credentials for ${where}.`,
        hint: "Give Tidemark a role, a profile (AWS_PROFILE) or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY: it follows AWS's own order.",
      };
    case 'RequestTimeTooSkewed':
      return {
        message: `The clock of this machine and that of ${where} are too far apart.`,
        hint: 'Set the clock (`timedatectl set-ntp true`), then try again.',
        retryable: true,
      };
    case 'QuotaExceeded':
    case 'XMinioStorageFull':
      return { message: `There is no room left in ${where}: ${said}.`, hint: 'Free space there or raise its quota.' };
    case 'InvalidObjectState':
      return {
        message: `An object in ${where} lies in an archive class: ${said}.`,
        hint: 'Restore it from the archive first (`aws s3api restore-object`), and keep lifecycle rules off this prefix.',
      };
    case 'PreconditionFailed':
      return { message: `An object in ${where} was replaced while it was read.`, hint: 'Try again.', retryable: true };
    case 'ConditionalRequestConflict':
      return {
        message: `Somebody else wrote the same object in ${where} at the same time.`,
        hint: 'Look who else writes to this repository, then try again.',
        retryable: true,
      };
    default:
  }
  if (error.name.startsWith('KMS.')) {
    return {
      message: `${where} could not use its KMS key: ${said}.`,
      hint: "Check repository.…kmsKeyId, that the key is enabled, and that its policy lets Tidemark's role use it (kms:GenerateDataKey, kms:Decrypt).",
    };
  }
  if (/Region is missing/.test(error.message)) {
    return { message: `No region is known for ${where}.`, hint: "Write the bucket's region into the configuration." };
  }
  if (/more than 10,?000|Exceeded 10000 parts|EntityTooLarge/.test(`${error.name} ${error.message}`)) {
    return {
      message: `An object is too big for ${where}: it would have more than 10,000 parts.`,
      hint: 'Write a bigger partMegabytes for this repository.',
    };
  }
  if (status === 301) return wrongRegion(error, where);
  if (error.name === 'AccessDenied' || status === 403) {
    return {
      message: `Tidemark may not do this in ${where}: ${said}.`,
      hint: 'Its role needs s3:ListBucket, s3:ListBucketMultipartUploads, s3:GetObject, s3:PutObject, s3:PutObjectTagging, s3:DeleteObject and s3:AbortMultipartUpload on this bucket and prefix (and kms:GenerateDataKey, kms:Decrypt with SSE-KMS). All it ever needs stands in examples/iam-policy.json.',
    };
  }
  return undefined;
}

function wrongRegion(error: Error, where: string): Known {
  const response = '$response' in error ? (error.$response as { headers?: Record<string, string> }) : undefined;
  const region =
    response?.headers?.['x-amz-bucket-region'] ??
    ('Region' in error ? String(error.Region) : /expecting '([a-z0-9-]+)'/.exec(error.message)?.[1]);
  return {
    message: `The bucket of ${where} lies in another region${region ? `: ${region}` : ''}.`,
    hint: region ? `Write region: ${region}.` : "Write the bucket's own region into the configuration.",
  };
}

/** Some answers have no text, only a status. */
function saidBy(error: Error): string {
  const status = statusOf(error);
  const name = error.name === 'Unknown' || error.name === 'UnknownError' ? '' : error.name;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const message = error.message === 'UnknownError' || error.message === name ? '' : error.message;
  const words = [name === 'Error' || name === 'AggregateError' ? code : name, message.replace(/\.$/, '')].filter(
    Boolean,
  );
  return words.join(': ') || (status === undefined ? 'no reason given' : `HTTP ${status}`);
}

function unavailable(message: string, hint: string, retryable: boolean, cause: unknown): Failure {
  return new Failure('repository-unavailable', message, { hint, retryable, cause });
}

import { Failure } from '../../domain/failure.ts';
import { regionOfKey } from '../../domain/kms-arn.ts';
import type { KmsKey } from './configured-key.ts';

/** What KMS, or the way to it, said, for people. A mistake of this program stays as it is. */
export function explainKmsFault(error: unknown, { id, arn }: KmsKey): unknown {
  if (!(error instanceof Error) || error instanceof TypeError || error instanceof ReferenceError) return error;
  const key = `The key ${id} in AWS KMS`;
  const known = knownFault(error, key, arn);
  const said = saidBy(error);
  const answered = statusOf(error);
  if (known) return unavailable(known.message, known.hint, known.retryable ?? false, error);
  if (answered !== undefined && answered < 500 && answered !== 429) {
    const hint = `Look at the key with: aws kms describe-key --region ${regionOfKey(arn)} --key-id ${arn}`;
    return unavailable(`${key} cannot be used: ${said}.`, hint, false, error);
  }
  const hint = `Check the network, proxies and DNS of this machine, and KMS in ${regionOfKey(arn)}, then try again.`;
  return unavailable(`${key} cannot be asked: ${said}.`, hint, true, error);
}

/** The wrapping, or what it is bound to, is not what KMS gave out under this key. */
export function isAltered(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  // The request names the key, so a ciphertext that names another has been altered.
  return /^(InvalidCiphertext|IncorrectKey)/.test(error.name) || /^The ciphertext refers to/.test(error.message);
}

interface Known {
  readonly message: string;
  readonly hint: string;
  readonly retryable?: boolean;
}

function knownFault(error: Error, key: string, arn: string): Known | undefined {
  const at = `--region ${regionOfKey(arn)} --key-id ${arn}`;
  switch (error.name) {
    case 'AccessDeniedException': {
      const action = /kms:[A-Za-z]+/.exec(error.message)?.[0] ?? 'kms:Encrypt or kms:Decrypt';
      return {
        message: `${key} may not be used by this role: ${saidBy(error)}.`,
        hint: `Allow ${action} on ${arn} in the role's policy, and in the key's own policy where the account is another.`,
      };
    }
    case 'DisabledException':
      return { message: `${key} is disabled.`, hint: `Enable it: aws kms enable-key ${at}` };
    case 'KMSInvalidStateException':
      return {
        message: `${key} is in a state in which it does not work: ${saidBy(error)}.`,
        hint: `If it is to be deleted, stop that at once: aws kms cancel-key-deletion ${at} && aws kms enable-key ${at}`,
      };
    case 'NotFoundException':
      return {
        message: `There is no key ${arn.split('/').at(-1)} in ${regionOfKey(arn)}: ${saidBy(error)}.`,
        hint: "Check the ARN under encryption.keys, its region above all: aws kms describe-key prints a key's own.",
      };
    case 'InvalidKeyUsageException':
      return {
        message: `${key} is not for encryption, or is not symmetric.`,
        hint: 'Name one that is: aws kms create-key makes it so by default.',
      };
    case 'UnrecognizedClientException':
    case 'InvalidSignatureException':
    case 'InvalidClientTokenId':
      return {
        message: `AWS KMS does not know these credentials: ${saidBy(error)}.`,
        hint: 'Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the profile or role that Tidemark runs with; and the clock.',
      };
    case 'ExpiredToken':
    case 'ExpiredTokenException':
      return {
        message: `The credentials for AWS KMS have expired.`,
        hint: 'Log in again (`aws sso login`), or give Tidemark a role that renews itself.',
      };
    case 'CredentialsProviderError':
      return {
        message: `There are no credentials for AWS KMS, which has the key.`,
        hint: "Give Tidemark a role, a profile (AWS_PROFILE) or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY: it follows AWS's own order.",
      };
    case 'ThrottlingException':
      return { message: `${key} is asked too often.`, hint: 'Try again in a while.', retryable: true };
    default:
      return undefined;
  }
}

function saidBy(error: Error): string {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  const message = error.message.replace(/\.$/, '');
  return ['', code, 'UnknownError'].includes(message) ? code : message;
}

/** Undefined when no answer came. */
function statusOf(error: Error): number | undefined {
  return '$metadata' in error
    ? (error.$metadata as { httpStatusCode?: number } | undefined)?.httpStatusCode
    : undefined;
}

function unavailable(message: string, hint: string, retryable: boolean, cause: unknown): Failure {
  return new Failure('key-unavailable', message, { hint, retryable, cause });
}

import type { Attempt, Check } from './check.ts';

export interface KeyExamination {
  readonly id: string;
  readonly provider: 'file' | 'kms';
  /** The path of its file, or its ARN. */
  readonly place: string;
  /** Whether new backups are wrapped under it. */
  readonly encrypts: boolean;
  readonly read: Attempt<KeyReading>;
  /** Where its second copy lies, if anybody said. */
  readonly copyAt?: string;
  /** ISO 8601: when no backup was found to need it any more. */
  readonly retiredAt?: string;
}

/** What a key says of itself. */
export interface KeyReading {
  readonly id: string;
  readonly fingerprint: string;
  /** For the operator's eyes: others may read the file. */
  readonly warnings: readonly string[];
}

/** Judges one key among all of them: one that encrypts beside it may be its way out. */
export function diagnoseKey(key: KeyExamination, all: readonly KeyExamination[]): Check[] {
  const check = (id: string, state: Check['state'], finding: string, mend?: string): Check => ({
    id: `key.${id}`,
    subject: key.id,
    state,
    finding,
    ...(mend !== undefined && { mend }),
  });
  const { provider, place, read } = key;
  if (read.kind === 'failed') return [check(provider, 'bad', read.failure.message, read.failure.hint)];
  const { id, fingerprint, warnings } = read.value;
  if (id !== key.id) {
    const mend = `Write that id in encryption.keys, or name the file that holds ${key.id}.`;
    return [check('file', 'bad', `${place} holds the key ${id}`, mend)];
  }
  const usable =
    provider === 'file'
      ? [
          check('file', 'good', `${place}, fingerprint ${fingerprint}`),
          ...warnings.map((warning) => check('mode', 'warning', warning, `chmod 600 ${place}`)),
        ]
      : [
          ...(warnings.length === 0 ? [check('kms', 'good', `${place} wraps and unwraps`)] : []),
          ...warnings.map((warning) =>
            check('kms', 'warning', warning, `Allow kms:Encrypt on ${place}, to see it tried`),
          ),
        ];
  if (key.retiredAt !== undefined && !key.encrypts) {
    const mend = 'Take its entry out of encryption.keys, and restart the bot.';
    return [
      ...usable,
      check('retired', 'warning', `no backup has needed it since ${key.retiredAt.slice(0, 10)}`, mend),
    ];
  }
  return [...usable, ...secondWay(key, all, check)];
}

function secondWay(
  { id, provider, place, copyAt, encrypts }: KeyExamination,
  all: readonly KeyExamination[],
  check: (id: string, state: Check['state'], finding: string, mend?: string) => Check,
): Check[] {
  const confirm = (where: string) => `tidemark keys confirm-copy ${id} "${where}"`;
  if (provider === 'file') {
    if (copyAt) return [check('copy', 'good', `a second copy lies at: ${copyAt}`)];
    const finding = 'nobody has said where a second copy of this key lies; without the key every backup is lost';
    return [
      check('copy', 'warning', finding, `Copy ${place} to a safe place elsewhere, then: ${confirm('where it lies')}`),
    ];
  }
  if (!encrypts) return [];
  if (copyAt) return [check('copy', 'good', `without AWS: ${copyAt}`)];
  const beside = all.find((other) => other.encrypts && other.provider === 'file');
  if (beside) return [check('copy', 'good', `without AWS, ${beside.id} opens the same backups`)];
  const mend = `Put a key file beside it (tidemark keys add) with encrypts: true. Or say what else there is: ${confirm('only through AWS, by decision of …')}`;
  return [check('copy', 'warning', 'new backups are wrapped under AWS KMS alone; without it they are lost', mend)];
}

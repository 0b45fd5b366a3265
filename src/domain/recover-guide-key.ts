import { formatList } from './wording.ts';

/** A key that the set's own is wrapped under. */
export interface GuideKey {
  readonly id: string;
  readonly provider: 'file' | 'kms';
  /** The ARN of a key of AWS KMS. */
  readonly fingerprint: string;
}

/** What opens a set, how AWS KMS is asked where it is one of them, and what to give to `recover.mjs`. A key file is the shorter way. */
export function keyGuide(id: string, keys: readonly GuideKey[]): { wanted: string; asking: string; option: string } {
  const ways = keys.map(({ id, provider, fingerprint }) =>
    provider === 'file' ? `the key file of ${id} (fingerprint ${fingerprint})` : `\`kms:Decrypt\` on ${fingerprint}`,
  );
  const wanted = formatList(ways, 'or');
  const byFile = keys.some(({ provider }) => provider === 'file');
  const byKms = keys.some(({ provider }) => provider === 'kms');
  const option = byFile ? '--key KEY_FILE' : '--data-key data-key';
  if (!byKms) return { wanted, asking: '', option };
  const asking = `
${byFile ? 'Without the key file, ask' : 'Ask'} AWS KMS for this set's data key. The first command prints one \`aws kms decrypt\`, to be read before it is run;
the second needs AWS's own command line (\`aws\`) and somebody's credentials.

\`\`\`sh
umask 077
node recover.mjs --kms ${id} > ask-kms.sh
sh ask-kms.sh > data-key
\`\`\`
${byFile ? '\nThen write `--data-key data-key` for `--key KEY_FILE` below.\n' : ''}`;
  return { wanted, asking, option };
}

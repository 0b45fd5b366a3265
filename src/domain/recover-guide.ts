import type { ManifestPart } from './manifest.ts';
import { type GuideKey, keyGuide } from './recover-guide-key.ts';
import type { Flavour } from './server.ts';

/** What RECOVER.md is written from. */
export interface RecoverGuideFacts {
  readonly id: string;
  readonly server: { readonly flavour: Flavour; readonly version: string };
  readonly parts: readonly Pick<ManifestPart, 'name' | 'role'>[];
  /** What its own key is wrapped under; any one of them opens it. */
  readonly keys: readonly GuideKey[];
}

/** The guide beside a set: how to restore this very set without Tidemark. It names no data. */
export function recoverGuide({ id, server, parts, keys }: RecoverGuideFacts): string {
  const product = server.flavour === 'mysql' ? 'MySQL' : 'MariaDB';
  const client = server.flavour === 'mysql' ? 'mysql' : 'mariadb';
  const load = `${client} --binary-mode --default-character-set=utf8mb4 --max-allowed-packet=1G`;
  const last = new Set(['events', 'accounts']);
  const commands = (chosen: typeof parts) =>
    chosen.map((part) => `zstd -dcq restore/${baseName(part.name)} | ${load}`).join('\n');
  const body = parts.filter((part) => !last.has(part.role));
  const rest = parts.filter((part) => last.has(part.role));
  const { wanted, asking, option } = keyGuide(id, keys);
  return `# How to restore ${id} without Tidemark

You need Node 18 or later, \`zstd\`, the client programs of ${product} ${server.version} or its series, an empty ${product} server of that
series with \`max_allowed_packet = 1G\`, this folder with everything in it, \`recover.mjs\` from the root of the repository, and the key:
${wanted}.
Where the keys were rotated since, \`recover.mjs\` says what is wanted instead.
${asking}
1. Check that the set is whole:

   \`\`\`sh
   node recover.mjs ${option} ${id}
   \`\`\`

2. Decrypt it into an empty directory:

   \`\`\`sh
   node recover.mjs ${option} ${id} --out restore
   \`\`\`

3. Load it, in this order, with \`set -euo pipefail\`; host, user and password come from \`~/.my.cnf\`:

   \`\`\`sh
${indent(commands(body))}
   \`\`\`
${
  rest.length === 0
    ? ''
    : `
4. Read these before you load them: events begin to run at once where \`event_scheduler\` is on, and accounts bring their passwords and privileges.

   \`\`\`sh
${indent(commands(rest))}
   \`\`\`
`
}
The data is as of one moment. The manifest, which \`recover.mjs\` decrypts, names the binlog position and the GTID set of that moment,
the exact number of rows of every table, and the SHA-256 of every part.
`;
}

function indent(lines: string): string {
  return lines.replaceAll(/^/gm, '   ');
}

function baseName(part: string): string {
  return part.split('/').at(-1) ?? part;
}

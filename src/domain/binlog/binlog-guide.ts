import type { Flavour } from '../server.ts';

/** RECOVER.md beside the days of a source's binlogs: how to roll a backup forward without Tidemark. It names no data. */
export function binlogGuide(source: string, flavour: Flavour): string {
  const [program, client] = flavour === 'mysql' ? ['mysqlbinlog', 'mysql'] : ['mariadb-binlog', 'mariadb'];
  return `# How to roll a full backup of ${source} forward without Tidemark

Restore the backup by its own guide first. What checks it, \`node recover.mjs … ${source}/full/ID\`, prints the file and the position that binlogs
lead on from: FILE and POSITION below. You need the same things again, and ${program} of the server's own series. In this folder:

1. Decrypt every day from the backup's on into one directory; all of them do no harm:

   \`\`\`sh
   for day in *-binlog-*/; do node ../../recover.mjs --key KEY_FILE "$day" --out files; done
   \`\`\`

2. Make the server's own files again. Where the range of one segment lies within another's, remove the smaller one first.

   \`\`\`sh
   for file in files/*/*/; do zstd -dcq "$file"*.zst > "\${file%/}.log"; done
   \`\`\`

3. Replay them as one session, from FILE on. Folders of \`files\` are timelines; where there are several, it is the one that was written when the
   backup was taken. \`--stop-datetime\` ends it at a moment of the server's clock, here in UTC.

   \`\`\`sh
   export TZ=UTC
   logs=$(ls files/*/*.log | sed -n '\\,/FILE\\.log$,,$p')
   ${program} --start-position=POSITION $logs | ${client} --binary-mode
   \`\`\`
`;
}

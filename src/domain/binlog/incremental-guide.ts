export interface IncrementalGuideFacts {
  readonly id: string;
  readonly source: string;
  /** The full backup that it leads on from. */
  readonly base: string;
  readonly files: readonly { readonly file: string }[];
}

/** RECOVER.md of an incremental backup, which holds no data of its own. */
export function incrementalGuide({ id, source, base, files }: IncrementalGuideFacts): string {
  return `# What ${id} stands for

It says that these binlog files were shipped, without a gap, and read again: ${files.map(({ file }) => file).join(', ')}. Their bytes lie in \`${source}/binlog\` of
this repository, in one folder for each day. Restore \`${base}\` by its own guide first, then roll it forward as
\`${source}/binlog/RECOVER.md\` says.
`;
}

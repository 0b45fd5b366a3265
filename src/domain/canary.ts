/** Rows whose characters take four bytes, one above the other and from right to left: what a wrong character set turns into `?`. */
const songs = ['Zoë 🪷', '👩🏽‍🚀 at 🏔️', '𠜎𠜱𠝹', 'اَلْعَرَبِيَّةُ 🕊', '𝒳 ≠ "x" \\ \'y\''];

export interface Canary {
  readonly schema: string;
  readonly table: 'canary';
  readonly column: 'song';
  /** As mysqldump would have written it. */
  readonly sql: string;
  /** The bytes that must come out, as upper-case hex, sorted. */
  readonly expected: readonly string[];
}

/** A small dump to send down the path that a restore took. Its schema is none of `taken`. */
export function canary(taken: readonly string[]): Canary {
  let schema = 'tidemark_canary';
  while (taken.some((name) => name.toLowerCase() === schema)) schema += '_';
  const rows = songs.map((song, index) => `(${index},'${song.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}')`);
  return {
    schema,
    table: 'canary',
    column: 'song',
    sql: [
      '/*!40101 SET NAMES utf8mb4 */;',
      `CREATE DATABASE \`${schema}\` DEFAULT CHARACTER SET utf8mb4;`,
      `USE \`${schema}\`;`,
      'CREATE TABLE `canary` (`id` int NOT NULL, `song` varchar(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL, PRIMARY KEY (`id`));',
      `INSERT INTO \`canary\` VALUES ${rows.join(',')};`,
      '-- Dump completed',
      '',
    ].join('\n'),
    expected: songs.map((song) => Buffer.from(song, 'utf8').toString('hex').toUpperCase()).sort(),
  };
}

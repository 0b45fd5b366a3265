/** What servers quote of the data in these: duplicate entries, values that do not fit. Everything else quotes names. */
const quoting = new Set([1062, 1264, 1265, 1292, 1366, 1411, 1526, 1525, 1586, 1690, 1859]);

/** A server's message without what rows hold: people read it in a channel. */
export function withoutValues(code: number, message: string): string {
  if (!quoting.has(code)) return message;
  return message.replace(/'(?:[^']|'')*'/, "'…'").replace(/(for value )\S+/, '$1…');
}

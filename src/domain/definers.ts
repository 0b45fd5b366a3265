/**
 * SQL that makes everybody whose rights something in this dump runs with, and lets them do all: for a scratch server, when accounts
 * were left out of the backup. Nobody can log in as one of them there.
 */
export function inventDefiners(dump: string): string {
  const definers = new Set([...dump.matchAll(definer)].map(([, account = '']) => account));
  return [...definers]
    .map((account) => {
      const isRole = !/`@`/.test(account);
      return `CREATE ${isRole ? 'ROLE' : 'USER'} IF NOT EXISTS ${account}${isRole ? '' : ' ACCOUNT LOCK'};\nGRANT ALL ON *.* TO ${account};\n`;
    })
    .join('');
}

const name = '`(?:[^`]|``)*`';
const definer = new RegExp(`\\bDEFINER\\s*=\\s*(${name}(?:@${name})?)`, 'g');

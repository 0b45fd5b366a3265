import type { TestServer } from './database-server.ts';

/** Money that only moves: whatever the moment, the balances of both branches sum up to the same. */
export interface BankLoad {
  readonly committed: number;
  stop(): Promise<void>;
}

const accountsPerBranch = 400;
export const allMoney = 2 * accountsPerBranch * 1000;
export const sumOfMoney = '(SELECT SUM(balance) FROM bank.north) + (SELECT SUM(balance) FROM bank.south)';

export async function openBank(server: TestServer): Promise<void> {
  const branch = '(id INT PRIMARY KEY, balance INT NOT NULL, pad VARCHAR(300) NOT NULL)';
  await server.query(`CREATE DATABASE bank; CREATE TABLE bank.north ${branch}; CREATE TABLE bank.south ${branch};
    CREATE TABLE bank.journal (n INT AUTO_INCREMENT PRIMARY KEY, who INT, amount INT)`);
  const rows = Array.from({ length: accountsPerBranch }, (_, id) => [id, 1000, 'x'.repeat(300)]);
  await server.query('INSERT INTO bank.north VALUES ?', [rows]);
  await server.query('INSERT INTO bank.south VALUES ?', [rows]);
}

/** Several tellers at once; each transaction moves money between branches and writes one line into the journal. */
export function startTellers(server: TestServer, tellers = 4): BankLoad {
  let open = true;
  let committed = 0;
  const work = async () => {
    const connection = await server.connect();
    while (open) {
      const [id, amount] = [Math.floor(Math.random() * accountsPerBranch), Math.floor(Math.random() * 100)];
      try {
        await connection.query(`START TRANSACTION; UPDATE bank.north SET balance = balance - ${amount} WHERE id = ${id};
          INSERT INTO bank.journal (who, amount) VALUES (${id}, ${amount});
          UPDATE bank.south SET balance = balance + ${amount} WHERE id = ${accountsPerBranch - 1 - id}; COMMIT`);
        committed += 1;
      } catch {
        await connection.query('ROLLBACK');
      }
    }
    await connection.end();
  };
  const done = Promise.all(Array.from({ length: tellers }, work));
  return {
    get committed() {
      return committed;
    },
    async stop() {
      open = false;
      await done;
    },
  };
}

/**
 * Preloaded into the bot (`NODE_OPTIONS=--import=…`): counts what is written into the state database, and lets one of those writes fail,
 * or all from there on, as a full disk would. `TORTURE_STATE` says which, as JSON.
 */
import { writeFileSync } from 'node:fs';
import { DatabaseSync, StatementSync } from 'node:sqlite';

export interface FailingState {
  /** The how-manieth write, from 1; 0 only counts. */
  readonly at: number;
  /** Whether every later one fails as well. */
  readonly lasting: boolean;
  /** Where the count is written when the process ends. */
  readonly countFile: string;
}

const state = JSON.parse(process.env.TORTURE_STATE ?? '') as FailingState;
let count = 0;

process.on('exit', () => writeFileSync(state.countFile, String(count)));

function write(): void {
  count += 1;
  const hit = state.at > 0 && (state.lasting ? count >= state.at : count === state.at);
  if (hit) throw Object.assign(new Error('database or disk is full'), { code: 'ERR_SQLITE_ERROR', errcode: 13 });
}

const { run } = StatementSync.prototype;
StatementSync.prototype.run = function (this: StatementSync, ...values: Parameters<typeof run>) {
  write();
  return run.apply(this, values);
} as typeof run;

const { exec } = DatabaseSync.prototype;
DatabaseSync.prototype.exec = function (this: DatabaseSync, sql: string) {
  if (/^COMMIT/.test(sql)) write();
  return exec.call(this, sql);
};

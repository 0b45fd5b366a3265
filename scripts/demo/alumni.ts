import type { Connection } from 'mysql2/promise';
import { alumniObjects, alumniTables } from './alumni-schema.ts';

export const alumniSchema = 'sgs_gita_alumni';

/** Any server that hands out connections able to do everything and to run several statements at once. */
export interface AlumniServer {
  connect(): Promise<Connection>;
}

/**
 * Makes the alumni database anew, with about `rows` rows over its tables and one object of every kind. The same
 * numbers give the same people; times count back from `now`.
 */
export async function seedAlumni(
  server: AlumniServer,
  { rows = 5000, now = new Date() }: { rows?: number; now?: Date } = {},
): Promise<void> {
  const connection = await server.connect();
  try {
    await connection.query(`DROP DATABASE IF EXISTS ${alumniSchema}`);
    await connection.query(`CREATE DATABASE ${alumniSchema} CHARACTER SET utf8mb4; USE ${alumniSchema}`);
    await connection.query(alumniTables);
    await fill(connection, Math.max(10, Math.round(rows / 6)), now);
    for (const statement of alumniObjects) await connection.query(statement);
  } finally {
    await connection.end();
  }
}

async function fill(connection: Connection, people: number, now: Date): Promise<void> {
  const chance = seededChance(2026);
  const pick = <T>(list: readonly [T, ...T[]]): T => list[Math.floor(chance() * list.length)] ?? list[0];
  const bytes = (length: number) => Buffer.from(Array.from({ length }, () => Math.floor(chance() * 256)));
  const ago = (days: number) => new Date(now.getTime() - chance() * days * 86_400_000);
  const each = <T>(count: number, row: (id: number) => T) =>
    Array.from({ length: count }, (_, index) => row(index + 1));
  const gatherings = Math.max(3, Math.round(people / 20));
  const anyone = () => 1 + Math.floor(chance() * people);

  const insert = async (table: string, columns: string, all: unknown[][]) => {
    for (let from = 0; from < all.length; from += 1000) {
      await connection.query(`INSERT INTO ${table} (${columns}) VALUES ?`, [all.slice(from, from + 1000)]);
    }
  };
  await connection.beginTransaction();
  await insert(
    'users',
    'email, password_hash, status, created_at',
    each(people, (id) => [`alumnus${id}@example.org`, bytes(32), pick(['active', 'active', 'blocked']), ago(2000)]),
  );
  await insert(
    'user_profiles',
    'user_id, first_name, last_name, graduated, about, preferences',
    each(people, (id) => [
      id,
      id === 1 ? 'Zoë 🪷' : pick(firstNames),
      pick(lastNames),
      1985 + Math.floor(chance() * 40),
      pick(abouts),
      JSON.stringify({ newsletter: chance() < 0.5, languages: ['en', pick(['hi', 'te', 'kn', 'sa'])], emoji: '🙏' }),
    ]),
  );
  await insert(
    'user_invitations',
    'email, token, invited_by, status, created_at',
    each(people, (id) => [
      `friend${id}@example.org`,
      bytes(16),
      anyone(),
      pick(['pending', 'accepted', 'expired']),
      ago(id % 10 === 0 ? 1 : 60),
    ]),
  );
  await insert(
    'donations',
    'user_id, amount, currency, note, created_at',
    each(people, () => [
      anyone(),
      (chance() * 500).toFixed(2),
      pick(['USD', 'INR', 'EUR']),
      pick([null, ...notes]),
      ago(900),
    ]),
  );
  await insert(
    'events',
    'title, place, starts_at',
    each(gatherings, (id) => [`Gathering ${id} 🎉`, pick(['Hyderabad', 'Chicago', 'Zürich']), ago(300)]),
  );
  await insert(
    'event_registrations',
    'event_id, user_id, guests',
    each(people, (id) => [1 + (id % gatherings), id, Math.floor(chance() * 4)]),
  );
  await connection.commit();
}

const firstNames = ['Asha', 'Ravi', 'Meera', 'Søren', 'आरती', 'José', 'Lakshmi'] as const;
const lastNames = ['Rao', 'Sharma', "O'Brien", 'Núñez', 'శర్మ', 'Iyer'] as const;
const abouts = [
  'Loves the Gita 📖 and long walks.',
  'Back\\slash, "quotes", \'more\'\nand a new line.',
  '👩‍👩‍👧‍👦 family',
  '',
] as const;
const notes = ['for the library 📚', 'in memory of my teacher', 'धन्यवाद'] as const;

/** mulberry32: small, seeded, good enough for made-up people. */
function seededChance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const checkout = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Where downloads and prepared servers are kept from one run to the next; git ignores it. */
export const cacheDir = process.env.TIDEMARK_CACHE || join(checkout, '.cache');

/** A `serverDir` and `clientDir`: wrappers around the programs of the unpacked MySQL. */
export const mysqlBin = join(cacheDir, 'mysql-9.7', 'bin');

/** Plays AWS for tests: a wrapper around the `moto_server` that setup found or fetched. */
export const motoServer = join(cacheDir, 'moto', 'bin', 'moto_server');

import type { Line } from '../vocabulary.ts';

/** Whether an app can be spoken to at all, as far as is known: over HTTP that shows only when it is tried. */
export const isThere = (line: Line): boolean => line.kind === 'http' || line.connections > 0;

import { vi } from 'vitest';

/** Looks again and again until it does not throw, for as long as a slow machine may need: on its own, vitest gives up after a second. */
export function eventually<Found>(look: () => Found | Promise<Found>): Promise<Found> {
  return vi.waitFor(look, { timeout: 15_000 });
}

import type { SourceSettings } from '../config/settings.ts';
import type { Inspection } from '../ports/inspection.ts';

/** Questions to a server whose driver is loaded with the first of them; where it is, is known before. */
export function lazyInspection(
  { host = 'localhost', port, socketPath }: Pick<SourceSettings, 'host' | 'port' | 'socketPath'>,
  inspection: () => Promise<Inspection>,
): Inspection {
  return {
    address: { host, port, ...(socketPath !== undefined && { socketPath }) },
    ask: async (question, signal) => (await inspection()).ask(question, signal),
  };
}

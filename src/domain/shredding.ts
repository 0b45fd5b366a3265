import { z } from 'zod';
import { formatList } from './wording.ts';

/** A set whose key was destroyed, or is being: nobody reads it again, and it counts as no backup. */
export const shreddingSchema = z.object({
  at: z.iso.datetime(),
  by: z.string(),
  reason: z.string(),
  /** Repositories that still have the key: not asked yet, away, or bound by Object Lock until then. */
  remains: z.array(z.object({ repository: z.string(), until: z.iso.datetime().nullable() })),
});
export type Shredding = z.infer<typeof shreddingSchema>;

/** `primary and cloud (until 2026-12-01)`: where the key of a shredded backup still lies. */
export function remainsWords({ remains }: Pick<Shredding, 'remains'>): string {
  return formatList(
    remains.map(({ repository, until }) =>
      until === null ? repository : `${repository} (until ${until.slice(0, 10)})`,
    ),
  );
}

/** What of it is left to do, for whoever looks at the status of a source. */
export function unfinishedShreddings(
  entries: readonly { readonly id: string; readonly shredded: Shredding | null }[],
): { text: string; hint: string }[] {
  return entries.flatMap(({ id, shredded }) => {
    if (!shredded || shredded.remains.length === 0) return [];
    const text = `${id} is shredded, but its key still lies in ${remainsWords(shredded)}.`;
    return [{ text, hint: `When it can be removed, in a shell: tidemark keys shred ${id}.` }];
  });
}

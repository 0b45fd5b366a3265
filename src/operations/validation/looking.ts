import type { Inventory } from '../../domain/inventory.ts';
import type { Manifest } from '../../domain/manifest.ts';
import type { Place, Validation } from '../../domain/validation/validation.ts';
import type { Inspection } from '../../ports/inspection.ts';

/** A server whose data is looked at, and what it is held to. */
export interface Looking {
  readonly place: Place;
  readonly source: string;
  readonly inspection: Inspection;
  readonly inventory: Inventory;
  readonly validation: Validation;
  /** What was restored there, and how many rows were counted in its tables, in the manifest's order where that is known already. */
  readonly restored?: { readonly manifest: Manifest; readonly rows?: ReadonlyMap<string, number> };
  /** What restored data is compared with; not for the source itself. */
  readonly own?: Inspection;
  /** What NOW() is taken for where nothing tells otherwise; for the source itself left out. */
  readonly asOf?: Date;
  readonly signal: AbortSignal;
}

/** NOW() on restored data: recent is what was recent then. */
export function asOf({ restored, asOf: known }: Looking): { asOf?: Date } {
  if (known) return { asOf: known };
  return restored ? { asOf: new Date(restored.manifest.snapshotAt) } : {};
}

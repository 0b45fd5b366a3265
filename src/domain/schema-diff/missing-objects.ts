import type { Inventory } from '../inventory.ts';
import type { Manifest, TableName } from '../manifest.ts';
import type { SchemaObject } from './read-schema-objects.ts';
import type { SchemaObjectKind } from './schema-change.ts';

type Counted = Exclude<keyof Manifest['objects'], 'accounts' | 'brokenViews'>;

/** Kinds that the inventory has under each name: what is no function it calls a procedure. */
const kindsOf: Record<Counted, readonly SchemaObjectKind[]> = {
  schemas: ['schema'],
  tables: ['table'],
  sequences: ['sequence'],
  views: ['view'],
  procedures: ['procedure', 'package', 'package body'],
  functions: ['function'],
  libraries: ['library'],
  triggers: ['trigger'],
  events: ['event'],
};

/** What a structure should hold and does not, by kind: `2 of 7 triggers`. Nothing where it is whole. */
export function missingObjects(objects: Manifest['objects'], found: readonly SchemaObject[]): string[] {
  return counted.flatMap((what) => {
    const wanted = objects[what] ?? 0;
    const missing = wanted - ofKinds(found, what).length;
    return missing > 0 ? [`${missing} of ${wanted} ${what}`] : [];
  });
}

/** The same by name, where the names are known: `trigger alumni.on_insert`. */
export function missingByName(inventory: Inventory, found: readonly SchemaObject[]): string[] {
  return counted.flatMap((what) => {
    const named =
      what === 'schemas' ? inventory.schemas.map((schema) => ({ schema, name: '' })) : (inventory[what] ?? []);
    const there = ofKinds(found, what);
    if (there.length >= named.length) return [];
    const known = new Set(there.map(identity));
    return named.filter((one) => !known.has(identity(one))).map((one) => `${singular(what)} ${nameOf(one)}`);
  });
}

const counted = Object.keys(kindsOf) as Counted[]; // The keys of a literal above.

function ofKinds(found: readonly SchemaObject[], what: Counted): SchemaObject[] {
  return found.filter(({ kind }) => kindsOf[what].includes(kind));
}

function singular(what: Counted): string {
  return what.replace(/ies$/, 'y').replace(/s$/, '');
}

function identity({ schema, name }: TableName): string {
  return JSON.stringify([schema, name]);
}

function nameOf({ schema, name }: TableName): string {
  return name === '' ? schema : `${schema}.${name}`;
}

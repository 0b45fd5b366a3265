import type { SchemaObject } from './read-schema-objects.ts';
import { type SchemaChange, schemaObjectKinds } from './schema-change.ts';

/** What has to happen to the objects of `before` to make them those of `after`; by kind, schema and name. */
export function compareSchemas(before: readonly SchemaObject[], after: readonly SchemaObject[]): SchemaChange[] {
  const [earlier, later] = [byKey(before), byKey(after)];
  const keys = [...new Set([...earlier.keys(), ...later.keys()])];
  return keys.flatMap((key) => compareObjects(earlier.get(key), later.get(key)) ?? []).sort(inOrder);
}

function compareObjects(before: SchemaObject | undefined, after: SchemaObject | undefined): SchemaChange | undefined {
  const object = after ?? before;
  if (!object) return undefined;
  const { kind, schema, name } = object;
  if (!before || !after) return { kind, schema, name, what: before ? 'removed' : 'added', gone: [], come: [] };
  if (before.lines.join('\n') === after.lines.join('\n')) return undefined;
  const [gone, come] = [onlyIn(before.lines, after.lines), onlyIn(after.lines, before.lines)];
  const moved = gone.length + come.length === 0;
  return { kind, schema, name, what: 'changed', gone, come: moved ? ['the same lines in another order'] : come };
}

/** Lines of one that the other has not, or not so often. */
function onlyIn(lines: readonly string[], others: readonly string[]): string[] {
  const left = [...others];
  return lines.filter((line) => {
    const at = left.indexOf(line);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

function byKey(objects: readonly SchemaObject[]): Map<string, SchemaObject> {
  return new Map(objects.map((object) => [JSON.stringify([object.kind, object.schema, object.name]), object]));
}

function inOrder(a: SchemaChange, b: SchemaChange): number {
  const kinds = schemaObjectKinds.indexOf(a.kind) - schemaObjectKinds.indexOf(b.kind);
  return kinds || compare(a.schema, b.schema) || compare(a.name, b.name);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

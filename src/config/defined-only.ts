/** The same without keys whose value is undefined: zod writes them, exact optional properties refuse them. */
export function definedOnly<Value extends object>(value: Value): DefinedOnly<Value> {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as DefinedOnly<Value>;
}

export type DefinedOnly<Value> = {
  [Key in keyof Value as undefined extends Value[Key] ? never : Key]: Value[Key];
} & {
  [Key in keyof Value as undefined extends Value[Key] ? Key : never]?: Exclude<Value[Key], undefined>;
};

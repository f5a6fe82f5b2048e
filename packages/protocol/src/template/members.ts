// Values in whose members something is replaced.
import type { Source } from './source.ts';
import { isContainer, isList, type Value, visitMembers } from './value.ts';

/** What does not change stays the value that it is: nothing is copied before a member changes, which few do. */
export function mapMembers(
  value: Value,
  source: Source,
  change: (member: Value, key: string | number) => Value | undefined,
): Value {
  let changed: Map<string | number, Value | undefined> | undefined;
  visitMembers(value, (member, key) => {
    const made = change(member, key);
    if (made === member) return;
    changed ??= new Map();
    changed.set(key, made);
  });
  if (changed === undefined || !isContainer(value)) return value;
  const replaced = changed;
  const memberAt = (member: Value, key: string | number) => (replaced.has(key) ? replaced.get(key) : member);
  if (isList(value))
    return source.derive(
      value.map(memberAt).filter((item) => item !== undefined),
      value,
    );
  const kept = Object.keys(value).flatMap((key) => {
    const member = memberAt(value[key] ?? null, key);
    return member === undefined ? [] : [[key, member] as const];
  });
  return source.derive(Object.fromEntries(kept), value);
}

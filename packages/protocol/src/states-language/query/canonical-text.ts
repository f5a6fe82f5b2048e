// Whether two JSON values are the same: members in any order, numbers by value.
import { isObject, type Json } from '../json.ts';

/** The same text for the same value. */
export function canonicalText(value: Json): string {
  return JSON.stringify(value, (_, member: Json) =>
    isObject(member) ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1))) : member,
  );
}

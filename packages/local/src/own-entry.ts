// Tables by names that come from outside.

/**
 * The table's own entry. Every object answers to `constructor` and `__proto__`, and both are names that a caller may
 * use.
 */
export function ownEntry<Value>(
  table: Readonly<Record<string, Value>> | undefined,
  name: string | undefined,
): Value | undefined {
  return table !== undefined && name !== undefined && Object.hasOwn(table, name) ? table[name] : undefined;
}

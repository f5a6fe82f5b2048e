// What an attribute holds: one of ten types. The wire's structure has a member for each; a checked value has exactly
// one.
import type { AttributeValue } from '../../aws/models/dynamodb.types.ts';

/** Attributes by name. */
export type Item = Readonly<Record<string, AttributeValue>>;

/** The letters by which types are known, on the wire and in `attribute_type`. */
export type TypeName = 'S' | 'N' | 'B' | 'BOOL' | 'NULL' | 'SS' | 'NS' | 'BS' | 'L' | 'M';

const TYPE_NAMES: readonly TypeName[] = ['S', 'N', 'M', 'L', 'BOOL', 'B', 'SS', 'NULL', 'NS', 'BS'];

/** The types that a value has set: one, when it has been checked. */
export function typesOf(value: AttributeValue): TypeName[] {
  const types: TypeName[] = [];
  for (const type of TYPE_NAMES) if (value[type] !== undefined && value[type] !== null) types.push(type);
  return types;
}

/** The type of a checked value. */
export function typeOf(value: AttributeValue): TypeName {
  for (const type of TYPE_NAMES) if (value[type] !== undefined) return type;
  return 'NULL';
}

/** An attribute of an item or a member of a map, and never what every object has. */
export function memberOf(item: Item, name: string): AttributeValue | undefined {
  return Object.hasOwn(item, name) ? item[name] : undefined;
}

// How a lock file is brought up to date with the events of a run. By default it only grows: types and fields that are
// new, new fields as optional, because earlier events did not have them. With --update it says what this run saw:
// retyped fields take their new type, dropped ones go. What the run has no sample of stays as it is, so that running
// some of the tests does not remove what others saw.
import { type Contracts, listTypes, shapeOf, withShape } from './lock.ts';
import {
  allows,
  dictionaryOf,
  eitherOrBoth,
  type Field,
  joinFormats,
  joinTypes,
  type ObjectShape,
  type Shape,
} from './shape.ts';

type Fields = ReadonlyMap<string, Field>;

/** The contracts with what is new in a run. No existing rule changes. */
export function growContracts(locked: Contracts, seen: Contracts): Contracts {
  return follow(locked, seen, growShape);
}

/** The contracts as a run saw them. */
export function updateContracts(locked: Contracts, seen: Contracts): Contracts {
  return follow(locked, seen, updateShape);
}

function follow(locked: Contracts, seen: Contracts, next: (locked: Shape, seen: Shape) => Shape): Contracts {
  return listTypes(seen).reduce((contracts, { type, shape }) => {
    const known = shapeOf(contracts, type);
    return withShape(contracts, type, known ? next(known, shape) : shape);
  }, locked);
}

function growShape(locked: Shape, seen: Shape): Shape {
  // A value of another type breaks the contract and is not an addition.
  const has = (type: 'array' | 'object') => locked.types.includes(type);
  return shapeWith(locked.types, locked, seen, {
    object: has('object') ? eitherOrBoth(locked.object, seen.object, growObject) : undefined,
    items: has('array') ? eitherOrBoth(locked.items, seen.items, growShape) : undefined,
  });
}

function growObject(locked: ObjectShape, seen: ObjectShape): ObjectShape {
  if (locked.kind === 'dictionary') return dictionary(locked, seen, growShape);
  if (seen.kind === 'fields') return { kind: 'fields', fields: growFields(locked.fields, seen.fields) };
  // Only --update replaces fields by keys that are data; where there are no fields yet, nothing is lost.
  return locked.fields.size === 0 ? seen : locked;
}

function growFields(locked: Fields, seen: Fields): Fields {
  const fields = new Map(locked);
  for (const [name, { shape }] of seen) {
    const known = locked.get(name);
    fields.set(name, known ? { ...known, shape: growShape(known.shape, shape) } : { shape, required: false });
  }
  return fields;
}

function updateShape(locked: Shape, seen: Shape): Shape {
  const types = updateTypes(locked.types, seen.types);
  const has = (type: 'array' | 'object') => types.includes(type);
  return shapeWith(types, locked, seen, {
    object: has('object') ? eitherOrBoth(locked.object, seen.object, updateObject) : undefined,
    items: has('array') ? eitherOrBoth(locked.items, seen.items, updateShape) : undefined,
  });
}

/**
 * Types that still occur keep the others beside them. When none does, the field was retyped; only that it may be null
 * stays.
 */
function updateTypes(locked: Shape['types'], seen: Shape['types']): Shape['types'] {
  const goesOn = seen.some((type) => allows(locked, type)) || locked.some((type) => allows(seen, type));
  return joinTypes(goesOn ? locked : locked.filter((type) => type === 'null'), seen);
}

function updateObject(locked: ObjectShape, seen: ObjectShape): ObjectShape {
  if (locked.kind === 'dictionary' || seen.kind === 'dictionary') return dictionary(locked, seen, updateShape);
  return { kind: 'fields', fields: updateFields(locked.fields, seen.fields) };
}

function updateFields(locked: Fields, seen: Fields): Fields {
  const fields = new Map<string, Field>();
  for (const [name, field] of locked) {
    const now = seen.get(name);
    if (now) {
      const required = field.required && now.required;
      fields.set(name, { shape: updateShape(field.shape, now.shape), required });
    } else if (!field.required) {
      fields.set(name, field);
    }
  }
  for (const [name, field] of seen) if (!locked.has(name)) fields.set(name, field);
  return fields;
}

function dictionary(locked: ObjectShape, seen: ObjectShape, next: (locked: Shape, seen: Shape) => Shape): ObjectShape {
  const values = eitherOrBoth(dictionaryOf(locked).values, dictionaryOf(seen).values, next);
  return values ? { kind: 'dictionary', values } : { kind: 'dictionary' };
}

function shapeWith(
  types: Shape['types'],
  locked: Shape,
  seen: Shape,
  { object, items }: { readonly object: ObjectShape | undefined; readonly items: Shape | undefined },
): Shape {
  const format = types.includes('string') ? joinFormats(locked, seen) : undefined;
  return { types, ...(format ? { format } : {}), ...(object ? { object } : {}), ...(items ? { items } : {}) };
}

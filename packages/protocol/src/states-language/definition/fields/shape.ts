// What an object may have: its fields with what their values must be, and which fields exclude one another.
// `states.ts` has the shapes of the states; here is how an object is held against one.
import { nearest } from '../../../text/nearest.ts';
import { isObject, type Json, type JsonObject } from '../../json.ts';
import type { QueryLanguage } from '../definition.ts';
import { fail, inside, meant, type Place } from '../place.ts';

/** Looks at a value; what is wrong with it is told at its place. */
export type Check = (value: Json, at: Place) => void;

export interface Field {
  readonly check: Check;
  /** The query language that has it; both, where left out. */
  readonly only?: QueryLanguage;
  readonly required?: true;
}

export interface Shape {
  readonly fields: Readonly<Record<string, Field>>;
  /** One of each group is there, and no other. */
  readonly exactlyOne?: readonly Group[];
  readonly atMostOne?: readonly Group[];
  /** What depends on several fields. */
  readonly also?: (object: JsonObject, at: Place) => void;
}

type Group = readonly string[];

export const both = (check: Check): Field => ({ check });
export const jsonPath = (check: Check): Field => ({ check, only: 'JSONPath' });
export const jsonata = (check: Check): Field => ({ check, only: 'JSONata' });
export const required = (field: Field): Field => ({ ...field, required: true });

/** An object of this shape. */
export function object(shape: Shape): Check {
  return (value, at) => {
    if (isObject(value)) checkShape(value, shape, at);
    else fail(at, 'Expected value of type Object');
  };
}

export function checkShape(value: JsonObject, shape: Shape, at: Place): void {
  const has = (name: string) => Object.hasOwn(value, name);
  const { fields, exactlyOne = [], atMostOne = [], also } = shape;
  const usualFields = Object.keys(fields).filter((name) => (fields[name]?.only ?? at.language) === at.language);
  const unknown = Object.keys(value).filter((name) => !Object.hasOwn(fields, name));
  const meantFields = unknown.map((name) => nearest(name, usualFields));
  const followsFrom = (isOne: boolean) => (isOne ? { follows: true as const } : {});
  const missing = Object.keys(fields).filter((name) => fields[name]?.required && !has(name));
  if (missing.length > 0) {
    const isMeant = missing.every((name) => meantFields.includes(name));
    fail(at, `These fields are required: [${missing.join(', ')}]`, undefined, followsFrom(isMeant));
  }
  for (const [name, member] of Object.entries(value)) {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (field === undefined) fail(at, `Field '${name}' is not supported`, undefined, meant(name, usualFields));
    else if (field.only !== undefined && field.only !== at.language) fail(at, otherLanguage(name, field.only, at));
    else field.check(member, inside(at, value, name));
  }
  for (const group of [...exactlyOne, ...atMostOne]) {
    const present = group.filter((name) => has(name) && value[name] !== false);
    const usual = group.filter((name) => (fields[name]?.only ?? at.language) === at.language);
    if (present.length > 1) fail(at, `There should only be one of the following fields: [${present.join(', ')}]`);
    if (present.length === 0 && exactlyOne.includes(group)) {
      const isMeant = group.some((name) => meantFields.includes(name));
      const message = `This object should have only one of the following fields: [${usual.join(', ')}]`;
      fail(at, message, undefined, followsFrom(isMeant));
    }
  }
  also?.(value, at);
}

function otherLanguage(name: string, only: QueryLanguage, at: Place): string {
  return `The QueryLanguage is set to '${at.language}', but field '${name}' is only supported for the '${only}' QueryLanguage`;
}

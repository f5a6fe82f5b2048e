// Values on their way into the library and out of it.
//
// In: the library writes marks on arrays that it is given (`keepSingleton`), and, when data is called like a function,
// `token` and `position` on the data itself. Out: its arrays have marks, and numbers may be none that JSON has.
import { isArray, isObject, type Json } from '../../json.ts';
import { Unsupported } from './failure.ts';

export function copyIn(value: Json): Json {
  if (isArray(value)) return value.map(copyIn);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, copyIn(member)]));
}

/**
 * `undefined`: there is nothing.
 * @throws Unsupported for a function, also one within
 */
export function copyOut(value: unknown): Json | undefined {
  switch (typeof value) {
    case 'undefined':
      return undefined;
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      // Source: measured on AWS by a third party (Floci, step-functions.md): `1/0` is "Infinity", `0/0` is "NaN".
      return Number.isFinite(value) ? value + 0 : String(value);
    case 'object':
      return value === null ? null : copyObject(value);
    default:
      throw new Unsupported();
  }
}

function copyObject(value: object): Json {
  if (Array.isArray(value)) return value.map((item) => copyOut(item) ?? null);
  if ('_jsonata_lambda' in value || '_jsonata_function' in value) throw new Unsupported();
  const members: [string, Json][] = [];
  for (const [name, member] of Object.entries(value)) {
    const copy = copyOut(member);
    if (copy !== undefined) members.push([name, copy]);
  }
  return Object.fromEntries(members);
}

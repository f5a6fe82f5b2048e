// What an expectation may hold besides JSON, by its kind: what decides about its field, what is looked into, and what
// no event can carry. The kinds of other libraries are known by the small contract that each has.

/** The interface of Standard Schema, version 1. @see https://standardschema.dev */
export interface StandardSchema<Output = unknown> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
  };
}

export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** Whether a value is a Standard Schema. arktype's types are functions, zod's objects. */
export function isSchema(value: unknown): value is StandardSchema {
  return (typeof value === 'object' || typeof value === 'function') && value !== null && '~standard' in value;
}

/** What vitest and jest call an asymmetric matcher: an object that decides for itself what equals it. */
export interface AsymmetricMatcher {
  asymmetricMatch(received: unknown): boolean;
}

/** Whether a value is an asymmetric matcher of any library. */
export function isAsymmetric(value: unknown): value is AsymmetricMatcher {
  return (
    typeof value === 'object' &&
    value !== null &&
    'asymmetricMatch' in value &&
    typeof value.asymmetricMatch === 'function'
  );
}

/** Whether a value is an object or array that is looked into, not one that decides for itself. */
export function isLookedInto(value: unknown): value is object {
  return (
    typeof value === 'object' &&
    value !== null &&
    !(value instanceof RegExp || value instanceof Date || isSchema(value) || isAsymmetric(value))
  );
}

/** Whether a value is a promise of any kind. */
export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/** What JSON makes of an object that says so itself, as an id, a URL or a decimal does; any other value as it is. */
export function jsonForm(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('toJSON' in value) || !isLookedInto(value)) return value;
  return typeof value.toJSON === 'function' ? value.toJSON() : value;
}

/** Objects whose fields are not what they hold. Of a class: by its name for `Object.prototype.toString`. */
const OPAQUE = /^(Map|Set|Weak\w+|Error|String|Number|Boolean|\w*Array|\w*ArrayBuffer|DataView)$/;

/** Why no event can carry a value that is not looked into; undefined when one can. */
export function whyUncarried(value: unknown): string | undefined {
  if (value === undefined) return 'is undefined. A field that may be anything is left out; was a variable not set?';
  if (typeof value === 'bigint') return `is a bigint, which no event can carry: write ${value} or "${value}".`;
  if (typeof value === 'symbol') return 'is a symbol, which no event can carry.';
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : `is ${value}, which no event can carry.`;
  return value instanceof Date && Number.isNaN(value.getTime()) ? 'is an invalid Date.' : undefined;
}

/** Why no event can carry an object that would be looked into; undefined when one can. */
export function whyOpaque(value: object): string | undefined {
  if (Array.isArray(value) || isPlain(value)) return undefined;
  if (isPromise(value)) return 'is a promise; was an await forgotten?';
  // sinon's matchers, which are no asymmetric matchers.
  if ('test' in value && typeof value.test === 'function' && 'or' in value)
    return `is ${value}, which decides nothing here: write (value) => matcher.test(value).`;
  const name = Object.prototype.toString.call(value).slice('[object '.length, -1);
  if (name === 'Map') return 'is a Map, which no event can carry: write Object.fromEntries(map).';
  if (name === 'Set') return 'is a Set, which no event can carry: write [...set].';
  // An instance without fields would be met by an empty object alone.
  if (!OPAQUE.test(name) && Object.keys(value).length > 0) return undefined;
  return `is an instance of ${value.constructor.name}, whose content no event can carry.`;
}

/** Of no class. A runner has a realm, and so an `Object.prototype`, of its own. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || Object.getPrototypeOf(prototype) === null;
}

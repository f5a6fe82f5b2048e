// An expectation as JSON, to be asked again later in another process. What decides by code (a predicate, a schema, a
// custom matcher) has no such form, and a value that redaction removes would match everything: both are recorded as
// `cannot`.
//
//   { source: 'Orders', detail: { id: /^01/ } }
//   →  { partial: { source: 'Orders', detail: { id: { $regexp: '^01' } } } }
//
// Inside `partial`, a key that starts with `$` is one of ours; a field of the event that does is written with one `$`
// more.
import { isAsymmetric, isLookedInto, isSchema, jsonForm } from './decider.ts';
import type { Expectation, RecordedExpectation } from './expectation.ts';
import { printValue, redact } from './print.ts';

/** Turns an expectation into JSON. */
export function recordExpectation(expectation: Expectation): RecordedExpectation {
  return expectation.record?.() ?? { cannot: expectation.title };
}

/** A regular expression as JSON. */
export function recordRegExp({ source, flags }: RegExp): { readonly regexp: string; readonly flags?: string } {
  return flags === '' ? { regexp: source } : { regexp: source, flags };
}

/** Turns a partial object, or a part of one, into JSON. `key` is the name of the field it stands in. */
export function recordPartial(expected: unknown, key = ''): unknown {
  if (isSchema(expected)) return { $cannot: `a ${expected['~standard'].vendor} schema` };
  if (typeof expected === 'function') return { $cannot: 'a function' };
  if (Array.isArray(expected)) return expected.map((element) => recordPartial(element));
  const json = jsonForm(expected);
  if (json !== expected) return recordPartial(json, key);
  if (isLookedInto(expected)) {
    const entries = Object.entries(expected);
    return Object.fromEntries(entries.map(([name, child]) => [escapeKey(name), recordPartial(child, name)]));
  }
  if (isSecretName(key) || (typeof expected === 'string' && redact(expected) !== expected)) return { $cannot: SECRET };
  if (expected instanceof RegExp) {
    const { regexp, ...flags } = recordRegExp(expected);
    return { $regexp: regexp, ...flags };
  }
  if (expected instanceof Date) return { $date: expected.toISOString() };
  return isAsymmetric(expected) ? recordAsymmetric(expected) : expected;
}

/** Turns an event pattern into JSON. */
export function recordPattern(pattern: unknown): RecordedExpectation {
  return namesSecret(pattern) ? { cannot: SECRET } : { pattern };
}

/**
 * Turns a JSON Schema into JSON. A secret value in it would be redacted later, so that the schema would demand
 * something else.
 */
export function recordSchema(schema: object): RecordedExpectation {
  return JSON.stringify(redact(schema)) === JSON.stringify(schema) ? { jsonSchema: schema } : { cannot: SECRET };
}

const SECRET = 'a secret, which is left out';

/** Whether redaction leaves out what stands in a field of this name. */
function isSecretName(key: string): boolean {
  return redact('', key) !== '';
}

function namesSecret(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([name, child]) => isSecretName(name) || namesSecret(child));
}

function escapeKey(name: string): string {
  return name.startsWith('$') ? `$${name}` : name;
}

/**
 * Matchers of vitest and jest that are known by name; those that compare whole values their own way are not among them.
 */
const KNOWN = /^(Anything|Any|String(Not)?Containing|String(Not)?Matching)$/;

function recordAsymmetric(matcher: object): unknown {
  if ('record' in matcher && typeof matcher.record === 'function') return matcher.record();
  const name = String(matcher);
  const sample: unknown = 'sample' in matcher ? matcher.sample : undefined;
  if (!KNOWN.test(name)) return { $cannot: printValue(matcher) };
  if (typeof sample === 'function') return { $matcher: name, sample: sample.name };
  if (sample instanceof RegExp) return { $matcher: name, sample: { $regexp: sample.source, flags: sample.flags } };
  return sample === undefined ? { $matcher: name } : { $matcher: name, sample };
}

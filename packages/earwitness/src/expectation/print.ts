// Values for people: JSON-like, on one line, cut where it gets long. Asymmetric matchers print as they are written.
// Pages end up in CI logs that others read, so what looks like a secret, by its field's name or by its own form, is
// never printed; controls show as JSON escapes.
import { cut } from '@earwitness/protocol/internal/text/cut';
import { showControls } from '@earwitness/protocol/internal/text/show-controls';
import { type AsymmetricMatcher, isAsymmetric, isLookedInto, isSchema, jsonForm } from './decider.ts';

const SECRET_NAME = /authorization|cookie|credential|pass(word|phrase)|secret|token|api[-_]?key/i;
// A token is looked for once in each run of its characters, and only in one that two more follow; what stands before it
// in the run is kept. Starting again at each `eyJ`, a long run of them would take quadratic time.
const SECRET_FORM =
  /(?<![\w-])(?=[\w-]+\.[\w-]+\.)([\w-]*?)\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g;
const REDACTED = '[redacted]';

/** A value on one line of at most `maxChars` signs. `key` is the name of the field it stands in. */
export function printValue(
  value: unknown,
  { maxChars = 200, key = '' }: { maxChars?: number; key?: string } = {},
): string {
  return cut(showControls(print(value, key)), maxChars);
}

/** A copy of JSON data without its secrets. */
export function redact(value: unknown, key = ''): unknown {
  if (isSecret(key, value)) return REDACTED;
  if (typeof value === 'string') return redactText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((child) => redact(child));
  return Object.fromEntries(Object.entries(value).map(([name, child]) => [name, redact(child, name)]));
}

function redactText(text: string): string {
  return text.replace(SECRET_FORM, `$1${REDACTED}`);
}

function isSecret(key: string, value: unknown): boolean {
  return SECRET_NAME.test(key) && (typeof value === 'string' || typeof value === 'number');
}

function print(value: unknown, key = ''): string {
  if (isSecret(key, value)) return REDACTED;
  if (value === undefined) return '(absent)';
  if (isSchema(value)) return `a ${value['~standard'].vendor} schema`;
  if (typeof value === 'function') return value.name ? `predicate ${value.name}` : 'a predicate';
  if (value instanceof RegExp) return String(value);
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'string') return JSON.stringify(redactText(value));
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value !== 'object' || value === null) return String(value);
  if (isAsymmetric(value)) return printAsymmetric(value);
  if (Array.isArray(value)) return `[${value.map((child) => print(child)).join(', ')}]`;
  const json = jsonForm(value);
  if (json !== value) return print(json, key);
  const entries = Object.entries(value).map(([name, child]) => `${printKey(name)}: ${print(child, name)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

/** A value as one would write it in a test: one line when it fits, otherwise a line for each field. */
export function printBlock(value: unknown, indent = '', key = ''): string {
  const line = showControls(print(value, key));
  const json = jsonForm(value);
  if (!isLookedInto(json) || indent.length + line.length <= 72) return line;
  const inner = `${indent}  `;
  if (Array.isArray(json)) {
    return `[\n${json.map((child) => `${inner}${printBlock(child, inner)},\n`).join('')}${indent}]`;
  }
  const fields = Object.entries(json).map(
    ([name, child]) => `${inner}${printKey(name)}: ${printBlock(child, inner, name)},\n`,
  );
  return `{\n${fields.join('')}${indent}}`;
}

function printKey(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : showControls(JSON.stringify(key));
}

function printAsymmetric(matcher: AsymmetricMatcher & { toAsymmetricMatcher?: unknown; sample?: unknown }): string {
  // vitest and jest: toAsymmetricMatcher() gives `Any<String>`; toString() the bare name, sample what it was made of.
  if (typeof matcher.toAsymmetricMatcher === 'function') {
    const text: unknown = matcher.toAsymmetricMatcher();
    if (typeof text === 'string') return text;
  }
  const name = String(matcher);
  if (name === '[object Object]') return 'an asymmetric matcher';
  return matcher.sample === undefined ? name : `${name} ${print(matcher.sample)}`;
}

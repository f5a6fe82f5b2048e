// Values for people: JSON-like, on one line, cut where it gets long. Asymmetric matchers print as they are written.

/** A value on one line of at most `maxChars` signs. */
export function printValue(value: unknown, maxChars = 200): string {
  const text = print(value);
  return text.length <= maxChars ? text : `${text.slice(0, maxChars - 1)}…`;
}

function print(value: unknown): string {
  if (value === undefined) return '(absent)';
  if (typeof value === 'function') return value.name ? `predicate ${value.name}` : 'a predicate';
  if (value instanceof RegExp) return String(value);
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== 'object' || value === null)
    return typeof value === 'bigint' ? `${value}n` : JSON.stringify(value);
  if (isAsymmetric(value)) return printAsymmetric(value);
  if (Array.isArray(value)) return `[${value.map(print).join(', ')}]`;
  const entries = Object.entries(value).map(([key, child]) => `${printKey(key)}: ${print(child)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

/** A value as one would write it in a test: one line when it fits, otherwise a line for each field. */
export function printBlock(value: unknown, indent = ''): string {
  const line = print(value);
  const composite = typeof value === 'object' && value !== null && !isAsymmetric(value) && !(value instanceof RegExp);
  if (!composite || value instanceof Date || indent.length + line.length <= 72) return line;
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    return `[\n${value.map((child) => `${inner}${printBlock(child, inner)},\n`).join('')}${indent}]`;
  }
  const fields = Object.entries(value).map(
    ([key, child]) => `${inner}${printKey(key)}: ${printBlock(child, inner)},\n`,
  );
  return `{\n${fields.join('')}${indent}}`;
}

function printKey(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : `'${key}'`;
}

/** What vitest, jest and sinon call an asymmetric matcher: an object that decides for itself what equals it. */
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

// What requests to the admin API say, in their query and in small JSON bodies.
import { Refused } from './refused.ts';

/**
 * A parameter that is a number.
 * @param what it is a number of, in words
 * @throws Refused
 */
export function readNumber(query: URLSearchParams, name: string, what: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new Refused(400, `${name} is ${what}, not '${text}'.`);
}

/** A parameter that is `true`, or is not. @throws Refused */
export function readFlag(query: URLSearchParams, name: string): boolean {
  const text = query.get(name) ?? 'false';
  if (text === 'true' || text === 'false') return text === 'true';
  throw new Refused(400, `${name} is true or false, not '${text}'.`);
}

/** `{"ms": n}`, zero or more. @throws Refused */
export function readMilliseconds(body: Buffer): number {
  const ms = parseObject(body)?.['ms'];
  if (typeof ms !== 'number' || !Number.isFinite(ms) || ms < 0) {
    throw new Refused(400, 'The body is {"ms": n}: by how many milliseconds, zero or more, the clock is to move on.');
  }
  return ms;
}

/** Nothing at all, or `{"keepStacks": true}`. @throws Refused */
export function readReset(body: Buffer): { readonly keepStacks: boolean } {
  const object = body.length === 0 ? {} : parseObject(body);
  const { keepStacks = false, ...others } = object ?? { others: true };
  if (typeof keepStacks === 'boolean' && Object.keys(others).length === 0) return { keepStacks };
  throw new Refused(400, 'The body is empty, or {"keepStacks": true}: whether stacks and resources stay.');
}

function parseObject(body: Buffer): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed: unknown = JSON.parse(body.toString());
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

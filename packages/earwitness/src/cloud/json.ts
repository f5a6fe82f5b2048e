import { ConfigurationError } from '../errors.ts';

/**
 * The JSON text of what a test gives to a verb.
 * @param what is named in the refusal: `cloud.send(): detail`
 * @throws ConfigurationError for what JSON cannot hold: a BigInt, a circle, a function, undefined
 */
export function jsonOf(what: string, value: unknown): string {
  let reason = `it is ${value === null ? 'null' : typeof value}`;
  try {
    const text: string | undefined = JSON.stringify(value);
    if (text !== undefined) return text;
  } catch (error) {
    reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  }
  throw new ConfigurationError(`${what} cannot be written as JSON: ${reason}`);
}

// Times that a test gives, in ms. Each is checked before it is used: a timer makes 1 ms of a negative delay and of NaN,
// and a wait for silence would be met at once.
import { CallSite } from '../call-site.ts';
import { ConfigurationError } from '../errors.ts';
import { printValue } from '../expectation/print.ts';

/** A verb. Every wait is checked, so that its name, which V8 is slow to tell, is asked for only by a refusal. */
interface Named {
  readonly name: string;
}

/**
 * Why a value is not a valid time of a verb's; undefined when it is one. Infinity is valid: such a wait lasts until it
 * is met or the subscription closed.
 */
export function refusalOfTime(value: unknown, verb: Named, timeName: string): ConfigurationError | undefined {
  return isDuration(value) ? undefined : refused(value, `${verb.name}(): ${timeName}`);
}

/** What a verb may be given. `timeName` is a verb's own word to the session. */
const OPTIONS = new Set(['timeoutMs', 'signal', 'strict', 'quietMs', 'forMs', 'timeName']);

/**
 * Why a verb's options are none; undefined when they are. A number is what helpers before this kit took for the time,
 * and a name that is not known would be ignored, so that the wait would go by the default.
 */
export function refusalOfOptions(options: unknown, verb: Named, timeName: string): ConfigurationError | undefined {
  if (typeof options !== 'object' || options === null) {
    const mend = `{ ${timeName}: ${typeof options === 'number' ? options : '…'} }`;
    return refusal(`${verb.name}(): the options are ${printValue(options)}, but have to be an object: ${mend}.`);
  }
  for (const name in options) {
    if (!OPTIONS.has(name))
      return refusal(`${verb.name}() has no option ${printValue(name)}; its time is ${timeName}.`);
  }
  return undefined;
}

/** Why a signal is none; undefined when it is one, of any realm. */
export function refusalOfSignal(signal: unknown, verb: Named): ConfigurationError | undefined {
  if (typeof signal === 'object' && signal !== null && 'aborted' in signal) return undefined;
  return refusal(`${verb.name}(): signal is no AbortSignal: of a controller, give its .signal.`);
}

/**
 * Returns the value when it is a valid time.
 * @param where the option's name and place, for the error
 * @throws ConfigurationError when it is not
 */
export function demandDuration(value: unknown, where: string): number {
  if (isDuration(value)) return value;
  throw refused(value, where);
}

/**
 * Checks a time at whose end the wait is met.
 * @throws ConfigurationError also for Infinity
 */
export function checkEnding(value: unknown, where: string): void {
  if (demandDuration(value, where) !== Number.POSITIVE_INFINITY) return;
  throw refusal(`${where} is Infinity, and the wait would never end: it needs a number of milliseconds.`);
}

function isDuration(value: unknown): value is number {
  return typeof value === 'number' && value >= 0;
}

function refused(value: unknown, where: string): ConfigurationError {
  return refusal(`${where} must be a number of milliseconds, 0 or more, but is ${printValue(value)}.`);
}

/** An error whose stack begins in the test. */
function refusal(text: string): ConfigurationError {
  const { frames } = new CallSite(refusal);
  return new ConfigurationError(text, frames ? { frames } : {});
}

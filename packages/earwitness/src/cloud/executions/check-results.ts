// What a test says that tasks answer, held to its form before it is sent: JSON would drop a function and an undefined,
// and the task would be called. The message says which state of which machine, and what was probably meant.
import { ConfigurationError } from '../../errors.ts';
import { printValue } from '../../expectation/print.ts';

const FORM = '{ Return: … } or { Throw: { Error, Cause } }, or a list with one for each call';

/** @throws ConfigurationError */
export function checkResults(call: string, stateMachine: string, results: unknown): void {
  const refuse = (sentence: string) => {
    throw new ConfigurationError(`${call}: ${sentence}`);
  };
  if (!isRecord(results)) {
    refuse(
      `the results for ${stateMachine} are an object by the names of its states, ` +
        `{ Charge: { Return: { paid: true } } }, but got ${shown(results)}.`,
    );
    return;
  }
  for (const [state, given] of Object.entries(results)) {
    const problem = problemOf(given);
    if (problem !== undefined) refuse(`the result of ${state} in ${stateMachine} is ${FORM}; ${problem}`);
  }
}

function problemOf(given: unknown): string | undefined {
  if (Array.isArray(given)) {
    if (given.length === 0) return 'the list is empty';
    return given.map((one, at) => ofOne(one, ` at [${at}]`)).find((problem) => problem !== undefined);
  }
  // AWS's file has calls and ranges of calls as names; the local cloud looks at them.
  if (isRecord(given) && Object.keys(given).some((name) => /^\d/.test(name))) return undefined;
  return ofOne(given, '');
}

function ofOne(given: unknown, at: string): string | undefined {
  const got = `got ${shown(given)}${at}`;
  if (!isRecord(given)) return `${got}${given === undefined || typeof given === 'function' ? '' : meantReturn(given)}`;
  const names = Object.keys(given);
  if (names.length !== 1) return names.some(isKnown) ? `${got}, which is both` : `${got}${meantReturn(given)}`;
  if ('Return' in given)
    return given['Return'] === undefined ? 'its Return is undefined, which JSON does not have: write null' : undefined;
  if (!('Throw' in given)) return `${got}${meantReturn(given)}`;
  const { Throw: thrown } = given;
  if (typeof thrown === 'string') return `${got}: did you mean { Throw: { Error: ${printValue(thrown)} } }?`;
  if (thrown instanceof Error)
    return `${got}: did you mean { Throw: { Error: ${printValue(thrown.name)}, Cause: … } }?`;
  return isRecord(thrown) && Object.keys(thrown).every((name) => name === 'Error' || name === 'Cause')
    ? undefined
    : `${got}: Throw has Error and Cause, which are texts`;
}

function shown(value: unknown): string {
  if (value === undefined) return 'undefined';
  return typeof value === 'function' ? 'a function' : printValue(value, { maxChars: 80 });
}

function meantReturn(given: unknown): string {
  return `: did you mean { Return: ${printValue(given, { maxChars: 60 })} }?`;
}

function isKnown(name: string): boolean {
  return name === 'Return' || name === 'Throw';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

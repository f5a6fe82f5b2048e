// Expectations made of expectations. They take everything that a verb takes.
import type { Message } from '../event.ts';
import { compileExpectation } from './compile.ts';
import type { AsymmetricMatcher } from './decider.ts';
import { type Expectation, ExpectationError } from './expectation.ts';
import type { Expected } from './expected.ts';
import { compilePartial, passesAll } from './partial.ts';
import { printValue } from './print.ts';
import { recordExpectation, recordPartial } from './recorded.ts';

/** A message that meets every one of the expectations. */
export function allOf(...expected: readonly Expected[]): Expectation {
  const parts = compileAll('allOf', expected);
  const leaf = parts.find((part) => part.leaf)?.leaf;
  return combination(parts, 'and', {
    matches: (message) => parts.every((part) => part.matches(message)),
    compare: (message) => parts.flatMap((part) => part.compare(message)),
    ...(leaf ? { leaf } : {}),
    record: () => ({ allOf: parts.map(recordExpectation) }),
  });
}

/** A message that meets one of the expectations. A near miss shows the one that came closest. */
export function anyOf(...expected: readonly Expected[]): Expectation {
  const parts = compileAll('anyOf', expected);
  const share = (part: Expectation, message: Message) => {
    const findings = part.compare(message);
    return { findings, share: findings.filter(({ pass }) => pass).length / findings.length };
  };
  return combination(parts, 'or', {
    matches: (message) => parts.some((part) => part.matches(message)),
    compare: (message) => {
      const [closest] = parts.map((part) => share(part, message)).sort((one, other) => other.share - one.share);
      return closest?.findings ?? [];
    },
    record: () => ({ anyOf: parts.map(recordExpectation) }),
  });
}

/** A message that does not meet the expectation; mostly inside `allOf`. */
export function not(expected: Expected): Expectation {
  const part = compileExpectation(expected);
  const text = `not ${inBrackets(part, part.text)}`;
  return {
    title: `not ${inBrackets(part, part.title)}`,
    text,
    matches: (message) => !part.matches(message),
    compare: (message) => {
      const pass = !part.matches(message);
      const words = text.replaceAll(/\s*\n\s*/g, ' ');
      return [{ path: '', pass, expected: words, received: pass ? words : 'it matches', closeness: pass ? 1 : 0 }];
    },
    record: () => ({ not: recordExpectation(part) }),
  };
}

/**
 * For a field of a partial object: an array that has a match for each of these, in any order, among others.
 * @example
 * await events.waitForMessageMatching({ detail: { items: arrayContaining([{ sku: 'a' }]) } });
 */
export function arrayContaining(expected: readonly unknown[]): AsymmetricMatcher {
  const elements = expected.map((element) => compilePartial(element));
  const matcher = {
    asymmetricMatch: (received: unknown) =>
      Array.isArray(received) && elements.every((checks) => received.some((element) => passesAll(checks, element))),
    toString: () => `arrayContaining(${printValue(expected)})`,
    record: () => ({ $arrayContaining: recordPartial(expected) }),
  };
  return matcher;
}

function compileAll(name: string, expected: readonly unknown[]): Expectation[] {
  if (expected.length === 0) throw new ExpectationError(`${name}() needs at least one expectation.`);
  if (expected.some((one) => Array.isArray(one)))
    throw new ExpectationError(`${name}() takes its expectations one by one, not as an array.`);
  return expected.map((one) => compileExpectation(one));
}

/** Of several parts: their words stand in brackets where more words follow or go before. */
const joined = new WeakSet<Expectation>();

function combination(
  parts: readonly Expectation[],
  joint: string,
  decides: Omit<Expectation, 'title' | 'text'>,
): Expectation {
  const made = {
    title: parts.map((part) => inBrackets(part, part.title)).join(` ${joint} `),
    text: parts.map((part) => inBrackets(part, part.text)).join(`\n${joint}\n`),
    ...decides,
  };
  if (parts.length > 1) joined.add(made);
  return made;
}

function inBrackets(part: Expectation, words: string): string {
  return joined.has(part) ? `(${words})` : words;
}

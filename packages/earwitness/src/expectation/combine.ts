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
  return {
    ...words(parts, 'and'),
    matches: (message) => parts.every((part) => part.matches(message)),
    compare: (message) => parts.flatMap((part) => part.compare(message)),
    ...(leaf ? { leaf } : {}),
    record: () => ({ allOf: parts.map(recordExpectation) }),
  };
}

/** A message that meets one of the expectations. A near miss shows the one that came closest. */
export function anyOf(...expected: readonly Expected[]): Expectation {
  const parts = compileAll('anyOf', expected);
  const share = (part: Expectation, message: Message) => {
    const findings = part.compare(message);
    return { findings, share: findings.filter(({ pass }) => pass).length / findings.length };
  };
  return {
    ...words(parts, 'or'),
    matches: (message) => parts.some((part) => part.matches(message)),
    compare: (message) => {
      const [closest] = parts.map((part) => share(part, message)).sort((one, other) => other.share - one.share);
      return closest?.findings ?? [];
    },
    record: () => ({ anyOf: parts.map(recordExpectation) }),
  };
}

/** A message that does not meet the expectation; mostly inside `allOf`. */
export function not(expected: Expected): Expectation {
  const part = compileExpectation(expected);
  const title = `not ${part.title}`;
  return {
    title,
    text: `not ${part.text}`,
    matches: (message) => !part.matches(message),
    compare: (message) => {
      const pass = !part.matches(message);
      return [{ path: '', pass, expected: title, received: pass ? title : part.title, closeness: pass ? 1 : 0 }];
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
  return expected.map((one) => compileExpectation(one));
}

function words(parts: readonly Expectation[], joint: string): { title: string; text: string } {
  return {
    title: parts.map(({ title }) => title).join(` ${joint} `),
    text: parts.map(({ text }) => text).join(`\n${joint}\n`),
  };
}

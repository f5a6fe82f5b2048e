// From what a test wrote to a compiled expectation. One function decides what kind it is, so that every verb and every
// runner's matcher understands the same things.
import { type Message, messageText } from '../event.ts';
import { isAsymmetric, isSchema } from './decider.ts';
import {
  type Expectation,
  ExpectationError,
  type Finding,
  isExpectation,
  type Leaf,
  type RecordedExpectation,
} from './expectation.ts';
import { askPredicate, type Check } from './leaf-check.ts';
import { compilePartial, findings, passesAll, selectiveLeaf } from './partial.ts';
import { printBlock, printValue } from './print.ts';
import { recordPartial, recordRegExp } from './recorded.ts';
import { schemaIssues, schemaOutput } from './schema.ts';

/**
 * Compiles what a test expects of a message.
 * @throws ExpectationError when it can never be meant: undefined, an empty object, a number.
 */
export function compileExpectation(expected: unknown): Expectation {
  if (isExpectation(expected)) return expected;
  if (isSchema(expected)) return schemaExpectation(expected);
  if (typeof expected === 'function') return predicateExpectation((event) => expected(event), expected.name);
  if (expected instanceof RegExp) return textExpectation(expected);
  if (typeof expected !== 'object' || expected === null || Array.isArray(expected)) {
    throw new ExpectationError(
      `Expected a partial event, a predicate, a regular expression or a schema, but got ${printValue(expected)}.`,
    );
  }
  if (isAsymmetric(expected)) {
    const name = printValue(expected);
    return {
      ...whole(name, name, (message) => typeof message === 'object' && expected.asymmetricMatch(message)),
      record: () => ({ partial: recordPartial(expected) }),
    };
  }
  return new PartialExpectation(expected);
}

/** Met by every message, texts included. */
export const anyMessage: Expectation = {
  ...whole('any message', 'any message', () => true),
  record: () => ({ any: true }),
};

/** A class, so that a wait allocates its checks and little more; words are made only when somebody reads them. */
class PartialExpectation implements Expectation {
  readonly leaf?: Leaf;
  readonly #expected: object;
  readonly #checks: readonly Check[];

  constructor(expected: object) {
    this.#expected = expected;
    this.#checks = compilePartial(expected);
    const leaf = selectiveLeaf(this.#checks);
    if (leaf) this.leaf = leaf;
  }

  get title(): string {
    return partialTitle(this.#expected);
  }

  get text(): string {
    return printBlock(this.#expected);
  }

  matches(message: Message): boolean {
    return typeof message === 'object' && passesAll(this.#checks, message);
  }

  compare(message: Message): readonly Finding[] {
    return findings(this.#checks, message);
  }

  record(): RecordedExpectation {
    return { partial: recordPartial(this.#expected) };
  }
}

function partialTitle(expected: object): string {
  const [source, type] = ['source', 'detail-type'].map((key) => {
    const value: unknown = Object.getOwnPropertyDescriptor(expected, key)?.value;
    return value === undefined ? undefined : typeof value === 'string' ? value : printValue(value, { maxChars: 40 });
  });
  if (type !== undefined) return source === undefined ? type : `${type} from ${source}`;
  return source === undefined ? 'a matching event' : `an event from ${source}`;
}

function schemaExpectation(schema: Parameters<typeof schemaIssues>[0]): Expectation {
  const title = `an event valid for the ${schema['~standard'].vendor} schema`;
  const issues = (message: Message) => schemaIssues(schema, message, []);
  return {
    title,
    text: title,
    matches: (message) => issues(message).length === 0,
    output: (message) => schemaOutput(schema, message),
    record: () => ({ cannot: `a ${schema['~standard'].vendor} schema` }),
    compare: (message) => {
      const failed = issues(message);
      return failed.length > 0 ? failed : [passed(title)];
    },
  };
}

function predicateExpectation(test: (event: never) => unknown, name: string): Expectation {
  const title = name ? `an event that ${name}() accepts` : 'an event that the predicate accepts';
  // A predicate is asked about events only, never about texts.
  const ask = (message: Message) =>
    typeof message === 'string' ? { accepts: false, said: 'false' } : askPredicate(() => test(message as never));
  return {
    title,
    text: title,
    matches: (message) => ask(message).accepts,
    compare: (message) => {
      const { accepts, said } = ask(message);
      return [accepts ? passed('true') : { path: '', pass: false, expected: 'true', received: said, closeness: 0.2 }];
    },
    record: () => ({ cannot: 'a function' }),
  };
}

function textExpectation(expression: RegExp): Expectation {
  const title = `an item with ${expression}`;
  return {
    ...whole(title, title, (message) => messageText(message).search(expression) >= 0),
    record: () => recordRegExp(expression),
  };
}

/** An expectation with one check on the whole message. */
function whole(title: string, text: string, matches: (message: Message) => boolean): Expectation {
  return {
    title,
    text,
    matches,
    compare: (message) => [
      matches(message)
        ? passed(title)
        : { path: '', pass: false, expected: title, received: printValue(message), closeness: 0 },
    ],
  };
}

function passed(expected: string): Finding {
  return { path: '', pass: true, expected, received: expected, closeness: 1 };
}

// The checks on single values: what stands at the leaves of a partial object. One that decides by a user's code takes
// no answer for yes but one that is given at once.
import { isAsymmetric, isPromise, isSchema, whyOpaque, whyUncarried } from './decider.ts';
import { ExpectationError, type Finding, isExpectation, type Leaf } from './expectation.ts';
import { type Path, printPath } from './path.ts';
import { printValue } from './print.ts';
import { schemaIssues } from './schema.ts';

/**
 * One condition on one place of the message: an exact scalar (a plain value, because nearly all checks are one and
 * waits are made by the thousand), or a test that decides.
 */
export type Check = ExactCheck | DecidingCheck;

interface ExactCheck extends Leaf {
  readonly test?: undefined;
}

export interface DecidingCheck {
  readonly path: Path;
  readonly test: (value: unknown) => boolean;
  /** For people; put into words only when somebody reads it. */
  readonly expected: () => string;
  /** What the test may have meant, given the value that failed. */
  readonly hint?: (value: unknown) => string | undefined;
  /** An array: its elements are checked apart. */
  readonly elements?: readonly unknown[];
  /** Issues in the check's own words, where it has better ones than expected and received. */
  readonly explain?: (value: unknown) => readonly Finding[];
}

/**
 * The check of a value that is not looked into.
 * @throws ExpectationError for what no event can carry
 */
export function leafCheck(expected: unknown, path: Path): Check {
  if (
    expected === null ||
    typeof expected === 'string' ||
    typeof expected === 'boolean' ||
    (typeof expected === 'number' && Number.isFinite(expected))
  ) {
    return { path, value: expected };
  }
  if (isSchema(expected)) {
    return {
      path,
      test: (value) => schemaIssues(expected, value, path).length === 0,
      expected: () => `valid for ${printValue(expected)}`,
      explain: (value) => schemaIssues(expected, value, path),
    };
  }
  const why = whyUncarried(expected);
  if (why !== undefined) throw new ExpectationError(`${nameOf(path)} ${why}`);
  const inWords = () => printValue(expected);
  if (typeof expected === 'function') {
    return {
      path,
      test: (value) => value !== undefined && askPredicate(() => expected(value)).accepts,
      expected: inWords,
      hint: (value) => {
        const { said } = askPredicate(() => expected(value));
        return said === 'false' ? undefined : `the predicate ${said}`;
      },
    };
  }
  if (expected instanceof RegExp) {
    // `search` ignores lastIndex, so a global expression gives the same result every time.
    return {
      path,
      test: (value) => typeof value === 'string' && value.search(expected) >= 0,
      expected: inWords,
      hint: (value) => (typeof value === 'string' ? undefined : `a regular expression is met by texts alone`),
    };
  }
  if (expected instanceof Date) {
    const instant = expected.getTime();
    return { path, test: (value) => typeof value === 'string' && Date.parse(value) === instant, expected: inWords };
  }
  if (isAsymmetric(expected)) {
    return { path, test: (value) => value !== undefined && expected.asymmetricMatch(value), expected: inWords };
  }
  throw new ExpectationError(`${nameOf(path)} is of a kind that no event can carry.`);
}

/** @throws ExpectationError for an object that no event can carry, and for an expectation of a whole event */
export function demandFields(expected: object, path: Path): void {
  const why = isExpectation(expected)
    ? 'is an expectation of a whole event (allOf, anyOf, not, pattern): put it around, or write a predicate here.'
    : whyOpaque(expected);
  if (why !== undefined) throw new ExpectationError(`${nameOf(path)} ${why}`);
}

function nameOf(path: Path): string {
  return printPath(path) || 'The expectation';
}

/** What a predicate says of a value. */
interface Said {
  readonly accepts: boolean;
  /** For a page, when it does not accept: `false`, `threw TypeError: …`. */
  readonly said: string;
}

/**
 * Asks a predicate. One that throws (`items.length` where there are no items) has not accepted; the page quotes it.
 * @throws ExpectationError when it answers by a promise, which would be taken for yes
 */
export function askPredicate(ask: () => unknown): Said {
  let answer: unknown;
  try {
    answer = ask();
  } catch (error) {
    return {
      accepts: false,
      said: `threw ${error instanceof Error ? `${error.name}: ${error.message}` : printValue(error)}`,
    };
  }
  if (isPromise(answer)) {
    answer.then(undefined, () => undefined);
    throw new ExpectationError(
      'The predicate is asynchronous, but an expectation must decide at once: leave out async.',
    );
  }
  return { accepts: Boolean(answer), said: answer === undefined ? 'returned nothing' : String(Boolean(answer)) };
}

// A partial object as expectation: every field it names must be there and match; fields it does not name may be anything. Arrays are
// exact in length and order (objects inside them partial again), `{}` and `[]` match only what is empty: nothing is a wildcard by
// accident. `undefined` is refused, because it nearly always is a variable that was not set. Compiled to a flat list of checks.
import { ExpectationError, type Finding, type Leaf } from './expectation.ts';
import { type Path, printPath, readPath } from './path.ts';
import { isAsymmetric, printValue } from './print.ts';
import { isSchema, schemaIssues } from './schema.ts';

/** One condition on one place of the message. */
export interface Check {
  readonly path: Path;
  readonly test: (value: unknown) => boolean;
  /** For people; put into words only when somebody reads it. */
  readonly expected: () => string;
  /** Present when only this very scalar passes. */
  readonly exact?: Leaf['value'];
  /** Issues in the check's own words, where it has better ones than expected and received. */
  readonly explain?: (value: unknown) => readonly Finding[];
}

/** @throws ExpectationError naming the field that cannot be expected. */
export function compilePartial(expected: unknown, path: Path = []): Check[] {
  if (expected === undefined) {
    throw new ExpectationError(
      `${printPath(path) || 'The expectation'} is undefined. A field that may be anything is left out; was a variable not set?`,
    );
  }
  if (
    expected === null ||
    typeof expected === 'string' ||
    typeof expected === 'boolean' ||
    typeof expected === 'number'
  ) {
    return [{ path, test: (value) => value === expected, expected: () => printValue(expected), exact: expected }];
  }
  if (isSchema(expected)) {
    return [
      {
        path,
        test: (value) => schemaIssues(expected, value, path).length === 0,
        expected: () => `valid for a ${expected['~standard'].vendor} schema`,
        explain: (value) => schemaIssues(expected, value, path),
      },
    ];
  }
  if (typeof expected === 'function') {
    return [
      { path, test: (value) => value !== undefined && Boolean(expected(value)), expected: () => printValue(expected) },
    ];
  }
  if (expected instanceof RegExp) {
    // `search` ignores lastIndex, so a global expression gives the same answer every time.
    return [
      {
        path,
        test: (value) => typeof value === 'string' && value.search(expected) >= 0,
        expected: () => printValue(expected),
      },
    ];
  }
  if (expected instanceof Date) {
    const instant = expected.getTime();
    return [
      {
        path,
        test: (value) => typeof value === 'string' && Date.parse(value) === instant,
        expected: () => printValue(expected),
      },
    ];
  }
  if (isAsymmetric(expected)) {
    return [
      {
        path,
        test: (value) => value !== undefined && expected.asymmetricMatch(value),
        expected: () => printValue(expected),
      },
    ];
  }
  if (Array.isArray(expected)) return compileArray(expected, path);
  if (typeof expected === 'object') return compileObject(expected, path);
  throw new ExpectationError(
    `${printPath(path) || 'The expectation'} is a ${typeof expected}, which no event can carry.`,
  );
}

function compileArray(expected: readonly unknown[], path: Path): Check[] {
  const length: Check = {
    path,
    test: (value) => Array.isArray(value) && value.length === expected.length,
    expected: () =>
      expected.length === 0 ? '[] (an empty array)' : `${expected.length} elements: ${printValue(expected)}`,
  };
  return [length, ...expected.flatMap((element, index) => compilePartial(element, [...path, index]))];
}

function compileObject(expected: object, path: Path): Check[] {
  const entries = Object.entries(expected);
  if (entries.length > 0) return entries.flatMap(([key, value]) => compilePartial(value, [...path, key]));
  if (path.length === 0) {
    throw new ExpectationError('An empty object is no wildcard: name a field, or give a predicate such as () => true.');
  }
  return [
    {
      path,
      test: (value) =>
        typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0,
      expected: () => '{} (an empty object)',
    },
  ];
}

/** Whether all checks pass. */
export function passesAll(checks: readonly Check[], root: unknown): boolean {
  for (const check of checks) if (!check.test(readPath(root, check.path))) return false;
  return true;
}

/** Every check's outcome. */
export function findings(checks: readonly Check[], root: unknown): Finding[] {
  return checks.flatMap((check) => {
    const key = String(check.path.at(-1) ?? '');
    const value = readPath(root, check.path);
    const pass = check.test(value);
    if (!pass && check.explain) return check.explain(value);
    return [
      {
        path: printPath(check.path),
        pass,
        expected: check.exact === undefined ? check.expected() : printValue(check.exact, { key }),
        received: printValue(value, { key }),
        closeness: pass ? 1 : closeness(check.exact, value),
      },
    ];
  });
}

/** How near a value is to the exact one: the same but for case, spaces or type counts half, the same type a little. */
function closeness(exact: Leaf['value'] | undefined, value: unknown): number {
  if (value === undefined || value === null) return 0;
  if (exact === undefined) return 0.2;
  const [one, other] = [exact, value].map((side) => String(side).trim().toLowerCase());
  if (one === other) return 0.6;
  return typeof exact === typeof value ? 0.1 : 0;
}

/** The exact leaf that tells most messages apart: a long string deep in the event, hardly ever its source or type. */
export function selectiveLeaf(checks: readonly Check[]): Leaf | undefined {
  let best: Leaf | undefined;
  let bestRank = -1;
  for (const { path, exact } of checks) {
    if (exact === undefined) continue;
    const rank =
      (path[0] === 'detail' || path[0] === 'id' ? 1000 : 0) + (typeof exact === 'boolean' ? 0 : String(exact).length);
    if (rank <= bestRank) continue;
    best = { path, value: exact };
    bestRank = rank;
  }
  return best;
}

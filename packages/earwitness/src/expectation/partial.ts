// A partial object as expectation: every field it names must be there and match; fields it does not name may be
// anything. Arrays are exact in length and order (objects inside them partial again), `{}` and `[]` match only what is
// empty: nothing is a wildcard by accident. `undefined` is refused, because it nearly always is a variable that was not
// set. Compiled to a flat list of checks.
import { ExpectationError, type Finding, type Leaf } from './expectation.ts';
import { type Path, printPath, readPath } from './path.ts';
import { isAsymmetric, printValue } from './print.ts';
import { isSchema, schemaIssues } from './schema.ts';

/**
 * One condition on one place of the message: an exact scalar (a plain value, because nearly all checks are one and
 * waits are made by the thousand), or a test that decides.
 */
export type Check = ExactCheck | DecidingCheck;

interface ExactCheck extends Leaf {
  readonly test?: undefined;
}

interface DecidingCheck {
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

/** @throws ExpectationError naming the field that cannot be expected. */
export function compilePartial(expected: unknown): Check[] {
  const checks: Check[] = [];
  addChecks(checks, expected, []);
  return checks;
}

function addChecks(checks: Check[], expected: unknown, path: Path): void {
  if (typeof expected === 'object' && expected !== null && isPlain(expected)) {
    const keys = Object.keys(expected);
    for (const key of keys) addChecks(checks, (expected as Record<string, unknown>)[key], [...path, key]);
    if (keys.length === 0) checks.push(emptyObject(path));
  } else if (Array.isArray(expected)) {
    checks.push(arrayLength(expected, path));
    for (const [index, element] of expected.entries()) addChecks(checks, element, [...path, index]);
  } else {
    checks.push(leafCheck(expected, path));
  }
}

/** An object that is looked into, not one that decides for itself. */
function isPlain(value: object): boolean {
  return !(
    Array.isArray(value) ||
    value instanceof RegExp ||
    value instanceof Date ||
    isSchema(value) ||
    isAsymmetric(value)
  );
}

function leafCheck(expected: unknown, path: Path): Check {
  if (
    expected === null ||
    typeof expected === 'string' ||
    typeof expected === 'boolean' ||
    typeof expected === 'number'
  ) {
    return { path, value: expected };
  }
  const inWords = () => printValue(expected);
  if (isSchema(expected)) {
    return {
      path,
      test: (value) => schemaIssues(expected, value, path).length === 0,
      expected: () => `valid for a ${expected['~standard'].vendor} schema`,
      explain: (value) => schemaIssues(expected, value, path),
    };
  }
  if (typeof expected === 'function') {
    return { path, test: (value) => value !== undefined && Boolean(expected(value)), expected: inWords };
  }
  if (expected instanceof RegExp) {
    // `search` ignores lastIndex, so a global expression gives the same result every time.
    return { path, test: (value) => typeof value === 'string' && value.search(expected) >= 0, expected: inWords };
  }
  if (expected instanceof Date) {
    const instant = expected.getTime();
    return { path, test: (value) => typeof value === 'string' && Date.parse(value) === instant, expected: inWords };
  }
  if (isAsymmetric(expected)) {
    return { path, test: (value) => value !== undefined && expected.asymmetricMatch(value), expected: inWords };
  }
  const where = printPath(path) || 'The expectation';
  throw new ExpectationError(
    expected === undefined
      ? `${where} is undefined. A field that may be anything is left out; was a variable not set?`
      : `${where} is a ${typeof expected}, which no event can carry.`,
  );
}

function arrayLength(expected: readonly unknown[], path: Path): Check {
  return {
    path,
    elements: expected,
    test: (value) => Array.isArray(value) && value.length === expected.length,
    expected: () =>
      expected.length === 0
        ? '[] (an empty array)'
        : `${expected.length} ${expected.length === 1 ? 'element' : 'elements'}: ${printValue(expected)}`,
    hint: (value) =>
      isValue(value)
        ? patternHint(expected)
        : hasAll(value, expected)
          ? `a part of an array: arrayContaining(${printValue(expected)})`
          : undefined,
  };
}

/** Whether a value is no array and no object: what an EventBridge pattern has an array of values for. */
function isValue(value: unknown): boolean {
  return value !== undefined && value !== null && typeof value !== 'object';
}

function patternHint([one, ...more]: readonly unknown[]): string {
  const instead = more.length === 0 && isValue(one) ? printValue(one) : 'a predicate';
  return `arrays are EventBridge patterns; write ${instead}`;
}

/** Whether the elements of a longer array include a match for each. */
function hasAll(value: unknown, expected: readonly unknown[]): boolean {
  if (!Array.isArray(value) || expected.length === 0) return false;
  const elements = expected.map((element) => compilePartial(element));
  return elements.every((checks) => value.some((element) => passesAll(checks, element)));
}

function emptyObject(path: Path): Check {
  if (path.length === 0) {
    throw new ExpectationError(
      'An empty object is not a wildcard: name a field, or give a predicate such as () => true.',
    );
  }
  return {
    path,
    test: (value) =>
      typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0,
    expected: () => '{} (an empty object)',
  };
}

/** Whether all checks pass. */
export function passesAll(checks: readonly Check[], root: unknown): boolean {
  for (const check of checks) if (!passes(check, readPath(root, check.path))) return false;
  return true;
}

function passes(check: Check, value: unknown): boolean {
  return check.test ? check.test(value) : value === check.value;
}

/** Every check's outcome. */
export function findings(checks: readonly Check[], root: unknown): Finding[] {
  // Where there is no array, it has no elements that could differ.
  let absent: Path | undefined;
  return checks.flatMap((check) => {
    if (absent && isBelow(absent, check.path)) return [];
    const key = String(check.path.at(-1) ?? '');
    const value = readPath(root, check.path);
    if (check.test && check.elements && !Array.isArray(value)) absent = check.path;
    const pass = passes(check, value);
    if (!pass && check.test && check.explain) return check.explain(value);
    const hint = pass
      ? undefined
      : value === undefined
        ? hintForAbsent(root, check.path)
        : check.test && check.hint?.(value);
    return [
      {
        path: printPath(check.path),
        pass,
        expected: check.test ? check.expected() : printValue(check.value, { key }),
        received: printValue(value, { key }),
        closeness: pass ? 1 : closeness(check, value),
        ...(hint === undefined ? {} : { hint }),
      },
    ];
  });
}

function isBelow(above: Path, path: Path): boolean {
  return path.length > above.length && above.every((step, index) => step === path[index]);
}

/** The name of a field that is there and differs from the expected one in case, hyphens and underscores alone. */
function hintForAbsent(root: unknown, path: Path): string | undefined {
  for (const [depth, key] of path.entries()) {
    const parent = readPath(root, path.slice(0, depth));
    if (typeof key !== 'string' || typeof parent !== 'object' || parent === null || Object.hasOwn(parent, key))
      continue;
    const meant = Object.keys(parent).find((name) => plainName(name) === plainName(key));
    return meant === undefined ? undefined : `did you mean ${JSON.stringify(meant)}?`;
  }
  return undefined;
}

function plainName(name: string): string {
  return name.replaceAll(/[-_]/g, '').toLowerCase();
}

/** The closeness of a value that differs in case, white space or type alone. Ours. */
export const SAME_BUT_FOR_CASE = 0.6;

/**
 * How near a value is to the exact one: the same but for case, spaces or type counts most of it, the same type a
 * little.
 */
function closeness(check: Check, value: unknown): number {
  if (value === undefined || value === null) return 0;
  if (check.test) return isValue(value) && check.elements?.includes(value) ? SAME_BUT_FOR_CASE : 0.2;
  const [one, other] = [check.value, value].map((side) => String(side).trim().toLowerCase());
  if (one === other) return SAME_BUT_FOR_CASE;
  return typeof check.value === typeof value ? 0.1 : 0;
}

/** The exact leaf that distinguishes messages best: a long string deep in the event, hardly ever its source or type. */
export function selectiveLeaf(checks: readonly Check[]): Leaf | undefined {
  let best: Leaf | undefined;
  let bestRank = -1;
  for (const check of checks) {
    if (check.test) continue;
    const { path, value } = check;
    const length = typeof value === 'string' ? value.length : typeof value === 'number' ? 4 : 0;
    const rank = (path[0] === 'detail' || path[0] === 'id' ? 1000 : 0) + length;
    if (rank <= bestRank) continue;
    best = check;
    bestRank = rank;
  }
  return best;
}

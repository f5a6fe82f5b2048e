// A partial object as expectation: every field it names must be there and match; fields it does not name may be
// anything. Arrays are exact in length and order (objects inside them partial again), `{}` and `[]` match only what is
// empty: nothing is a wildcard by accident. `undefined` is refused, because it nearly always is a variable that was not
// set. Compiled to a flat list of checks.
import { isLookedInto, jsonForm } from './decider.ts';
import { ExpectationError, type Finding, type Leaf } from './expectation.ts';
import { type Check, demandFields, leafCheck } from './leaf-check.ts';
import { type Path, printPath, readPath } from './path.ts';
import { printValue } from './print.ts';

/** @throws ExpectationError naming the field that cannot be expected. */
export function compilePartial(expected: unknown): Check[] {
  const checks: Check[] = [];
  addChecks(checks, expected, []);
  return checks;
}

/** How deep an expectation may be nested. Ours: one that contains itself has no end. */
const MOST_DEPTH = 200;

function addChecks(checks: Check[], expected: unknown, path: Path): void {
  if (path.length > MOST_DEPTH) {
    const where = printPath(path.slice(0, 4));
    throw new ExpectationError(`${where}… is nested more than ${MOST_DEPTH} deep: does it contain itself?`);
  }
  const json = jsonForm(expected);
  if (!isLookedInto(json)) {
    checks.push(leafCheck(json, path));
    return;
  }
  demandFields(json, path);
  if (Array.isArray(json)) {
    checks.push(arrayLength(json, path));
    for (const [index, element] of json.entries()) addChecks(checks, element, [...path, index]);
    return;
  }
  const keys = Object.keys(json);
  for (const key of keys) addChecks(checks, (json as Record<string, unknown>)[key], [...path, key]);
  if (keys.length === 0) checks.push(emptyObject(path));
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

/** Signs of a text in which a difference is looked for. Ours. */
const MOST_TEXT = 10_000;

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
    const hint = pass ? undefined : hintFor(check, value, root);
    // Of two texts the page shows where they differ.
    const maxChars = typeof value === 'string' && !check.test ? MOST_TEXT : undefined;
    const how = { key, ...(maxChars && { maxChars }) };
    return [
      {
        path: printPath(check.path),
        pass,
        expected: check.test ? check.expected() : printValue(check.value, how),
        received: printValue(value, how),
        closeness: pass ? 1 : closeness(check, value),
        ...(hint === undefined ? {} : { hint }),
      },
    ];
  });
}

function isBelow(above: Path, path: Path): boolean {
  return path.length > above.length && above.every((step, index) => step === path[index]);
}

/** What a failed check may have meant. */
function hintFor(check: Check, value: unknown, root: unknown): string | undefined {
  if (value === undefined) return hintForAbsent(root, check.path) ?? hintForDetail(check, root);
  if (check.test) return check.hint?.(value);
  return hintForText(check.value, value) ?? hintForDetail(check, root);
}

/** The field of the same name and value that is in the detail, where the envelope was asked. */
function hintForDetail(check: Check, root: unknown): string | undefined {
  if (check.path.length !== 1) return undefined;
  const path = ['detail', ...check.path];
  const value = readPath(root, path);
  const isMeant = value !== undefined && passes(check, value);
  return isMeant ? `did you mean ${printPath(path)}?` : undefined;
}

/** The same time in another form, a text that only looks the same, or an object in place of its JSON. */
function hintForText(expected: Leaf['value'], value: unknown): string | undefined {
  if (typeof expected === 'string' && typeof value === 'string' && plainText(expected) === plainText(value)) {
    const [wanted, got] = [[...expected], [...value]];
    let at = 0;
    while (wanted[at] === got[at]) at++;
    return `they look the same, and differ at sign ${at + 1}: ${codeOf(wanted[at])} and ${codeOf(got[at])}`;
  }
  if (typeof expected === 'string' && parseJson(expected) && !isValue(value))
    return 'it is an object, and expected as its JSON text';
  const time = typeof expected === 'number' ? expected : timeOf(expected);
  // A Date as expectation is met by texts alone.
  return time !== undefined && time === timeOf(value)
    ? `the same time in another form: expect new Date(${printValue(expected)})`
    : undefined;
}

/** A text as it looks: without what cannot be seen, with composed letters and usual spaces. */
function plainText(text: string): string {
  return text.replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '').normalize('NFKC');
}

function codeOf(sign: string | undefined): string {
  const code = sign?.codePointAt(0);
  return code === undefined ? 'its end' : `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** Epoch ms of a text in ISO 8601 with date and time; undefined of anything else. */
function timeOf(value: unknown): number | undefined {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value) : undefined;
}

/** The object or array whose JSON a text is; undefined of any other text. */
function parseJson(text: string): object | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * The name of a field that is there and differs from the expected one in case, hyphens and underscores alone; or the
 * text that holds it as JSON.
 */
function hintForAbsent(root: unknown, path: Path): string | undefined {
  for (const [depth, key] of path.entries()) {
    const parent = readPath(root, path.slice(0, depth));
    if (typeof parent === 'string' && parseJson(parent))
      return `${printPath(path.slice(0, depth))} is JSON in a text: expect a predicate there`;
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

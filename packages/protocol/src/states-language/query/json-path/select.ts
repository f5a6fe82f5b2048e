// What a path selects. A definite path gives one value or fails, any other gives a list; with the quirks of the engine
// that AWS runs: an index behind the end is null, a name that is missing behind a slice fails, behind `[*]` of an array
// it is passed over.
//
// The work is bounded: `$..*..*..*` visits each place of a document many times over.
//
// Source: Jayway JsonPath 2.0.0 over Jackson's tree, run locally. AWS's sentences are that engine's (LocalStack,
// tests/aws/services/stepfunctions/v2/base, scenarios).
import { isArray, isObject, type Json } from '../../json.ts';
import { NotApplicable, NotFound } from './failure.ts';
import { accepts } from './filter-match.ts';
import { type Filter, isDefinite, type Path, type Places, writeSteps } from './path.ts';

/** Ours. A path over a whole input of 262,144 bytes visits 131,072 places at most, one over `..` somewhat more. */
const VISITS_MAX = 1_000_000;

/** Ours: how deep `..` goes down. */
const DEPTH_MAX = 1_000;

/** `undefined`: an index behind the end. */
export type Found = Json | undefined;

interface Walk {
  readonly path: Path;
  /** What `$` means inside filters. */
  readonly root: Found;
  readonly results: Found[];
  /** Whether it looks at what a filter tries. */
  readonly isItem: boolean;
  /** How far it went, shared with the filters inside. */
  readonly effort: { visits: number };
}

/** The way to a value; it is written only when a sentence needs it. */
interface Place {
  readonly above: Place | undefined;
  readonly step: string | number;
  readonly depth: number;
}

/**
 * @param document what the path starts from
 * @throws NotFound, NotApplicable
 */
export function select(path: Path, document: Found): Found {
  return run({ path, root: document, results: [], isItem: false, effort: { visits: 0 } }, document);
}

function run(walk: Walk, document: Found): Found {
  follow(walk, 0, document, undefined);
  return walk.path.isDefinite ? walk.results[0] : walk.results.map((found) => found ?? null);
}

/** Takes the step at `at` from `value`, and those behind it. */
function follow(walk: Walk, at: number, value: Found, place: Place | undefined): void {
  if (++walk.effort.visits > VISITS_MAX) throw new NotApplicable(`The path visits more than ${VISITS_MAX} places`);
  const step = walk.path.steps[at];
  if (step === undefined) {
    walk.results.push(value);
    return;
  }
  switch (step.kind) {
    case 'names':
      followNames(walk, at, step.names, { value, place });
      break;
    case 'wildcard':
      followWildcard(walk, at, value, place);
      break;
    case 'scan':
      scan(walk, at + 1, value, place);
      break;
    case 'filter':
      followFilter(walk, at, value, place);
      break;
    default:
      for (const index of indexesOf(walk, at, step, { value, place })) followIndex(walk, at, value, { index, place });
  }
}

interface Spot {
  readonly value: Found;
  readonly place: Place | undefined;
}

function followNames(walk: Walk, at: number, names: readonly string[], { value, place }: Spot): void {
  const steps = walk.path.steps;
  if (!isObject(value)) {
    throw new NotFound(`Property ${writeSteps(steps.slice(at, at + 1))} not found in path ${writePlace(place)}`);
  }
  const [name = ''] = names;
  if (names.length > 1) {
    walk.results.push(Object.fromEntries(Object.entries(value).filter(([each]) => names.includes(each))));
    return;
  }
  const below = goDown(place, name);
  if (Object.hasOwn(value, name)) {
    follow(walk, at + 1, value[name], below);
  } else if (at === steps.length - 1) {
    throw new NotFound(`No results for path: ${writePlace(below)}`);
  } else if (steps.slice(Math.max(0, at - 1)).every(isDefinite)) {
    // The engine asks whether the path is definite from the step before on; else the name is passed over.
    throw new NotFound(`Missing property in path ${writePlace(below)}`);
  }
}

function followIndex(
  walk: Walk,
  at: number,
  value: Found,
  { index, place }: { index: number; place: Place | undefined },
): void {
  follow(walk, at + 1, isArray(value) ? value[index] : undefined, goDown(place, index));
}

function followWildcard(walk: Walk, at: number, value: Found, place: Place | undefined): void {
  if (isObject(value)) {
    for (const [name, below] of Object.entries(value)) follow(walk, at + 1, below, goDown(place, name));
  } else if (isArray(value)) {
    value.forEach((below, index) => {
      try {
        follow(walk, at + 1, below, goDown(place, index));
      } catch (error) {
        if (!(error instanceof NotFound)) throw error;
      }
    });
  }
}

function followFilter(walk: Walk, at: number, value: Found, place: Place | undefined): void {
  if (isObject(value)) {
    if (matches(walk, at, value)) follow(walk, at + 1, value, place);
  } else if (isArray(value)) {
    value.forEach((below, index) => {
      if (matches(walk, at, below)) follow(walk, at + 1, below, goDown(place, index));
    });
  } else {
    const filter = writeSteps(walk.path.steps.slice(at));
    throw new NotApplicable(
      `Filter: ${filter} can not be applied to primitives. Current context is: ${write(walk, value, place)}`,
    );
  }
}

/** Everything below `value` that the step at `at` fits is taken from there. */
function scan(walk: Walk, at: number, value: Found, place: Place | undefined): void {
  if (++walk.effort.visits > VISITS_MAX) throw new NotApplicable(`The path visits more than ${VISITS_MAX} places`);
  if ((place?.depth ?? 0) > DEPTH_MAX) throw new NotApplicable(`The value is nested more than ${DEPTH_MAX} deep`);
  if (isArray(value)) {
    const isLast = at === walk.path.steps.length - 1;
    const fits = matches(walk, at, value);
    if (fits && isLast) follow(walk, at, value, place);
    value.forEach((below, index) => {
      // In an array, a step that others follow is passed over: `$..[0].b` looks at each item (the engine's own way).
      if (fits && !isLast) follow(walk, at + 1, below, goDown(place, index));
    });
    value.forEach((below, index) => {
      scan(walk, at, below, goDown(place, index));
    });
  } else if (isObject(value)) {
    if (matches(walk, at, value)) follow(walk, at, value, place);
    for (const [name, below] of Object.entries(value)) scan(walk, at, below, goDown(place, name));
  }
}

/** Whether `..` stops here for the step at `at`; of a filter, whether it lets the value through. */
function matches(walk: Walk, at: number, value: Json): boolean {
  const step = walk.path.steps[at];
  switch (step?.kind) {
    case undefined:
    case 'scan':
      return false;
    case 'wildcard':
      return true;
    case 'names':
      return isObject(value) && step.names.every((name) => Object.hasOwn(value, name));
    case 'filter':
      return passes(walk, step.filter, value);
    default:
      return isArray(value);
  }
}

function passes({ root, effort }: Walk, filter: Filter, item: Json): boolean {
  return accepts(filter, (path, from) => {
    const isItem = from === 'item';
    return run({ path, root, results: [], isItem, effort }, isItem ? item : root);
  });
}

function indexesOf(walk: Walk, at: number, step: Places, { value, place }: Spot): readonly number[] {
  if (value === undefined || (value === null && isUnwrapped(walk, place))) {
    throw new NotFound(`The path ${writePlace(place)} is null`);
  }
  if (!isArray(value)) {
    const places = writeSteps(walk.path.steps.slice(at));
    throw new NotApplicable(
      `Filter: ${places} can only be applied to arrays. Current context is: ${write(walk, value, place)}`,
    );
  }
  switch (step.kind) {
    case 'index':
      return [step.index];
    case 'indexes':
      return step.indexes;
    case 'last':
      return [value.length + step.offset];
    case 'slice':
      return sliceOf(value.length, step);
  }
}

/** Only what has one end counts from the array's end: `[-2:]`, but `[-2:3]` is the places -2, -1, 0, 1 and 2. */
function sliceOf(length: number, { from, to }: { from: number | undefined; to: number | undefined }): number[] {
  const first = from === undefined ? 0 : to === undefined && from < 0 ? Math.max(0, length + from) : from;
  const end = to === undefined ? length : Math.min(length, from === undefined && to < 0 ? length + to : to);
  if (length === 0 || first >= end) return [];
  if (end - first > VISITS_MAX) throw new NotApplicable(`The path visits more than ${VISITS_MAX} places`);
  return Array.from({ length: end - first }, (_, offset) => first + offset);
}

function goDown(above: Place | undefined, step: string | number): Place {
  return { above, step, depth: (above?.depth ?? 0) + 1 };
}

function writePlace(place: Place | undefined): string {
  const steps: string[] = [];
  for (let at = place; at !== undefined; at = at.above) {
    steps.push(typeof at.step === 'number' ? `[${at.step}]` : `['${at.step}']`);
  }
  return `$${steps.reverse().join('')}`;
}

/** What is reached by a name, and what a filter tries, is a value of Java, all else a node of the tree. It shows. */
function isUnwrapped(walk: Walk, place: Place | undefined): boolean {
  return place === undefined ? walk.isItem : typeof place.step === 'string';
}

function write(walk: Walk, value: Found, place: Place | undefined): string {
  return typeof value === 'string' && isUnwrapped(walk, place) ? value : JSON.stringify(value ?? null);
}

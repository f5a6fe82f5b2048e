// Reads a JSONPath, as Jayway JsonPath 2.0 reads it: what AWS's engine says and gives is that version's. Refuses what
// it refuses (functions, double quotes, blanks in bare names), and what it accepts and silently misunderstands:
// brackets in names, steps of slices, regular expressions, which could take any time.
//
// Source: Jayway JsonPath 2.0.0, run locally, and recordings of AWS (LocalStack's snapshots,
// tests/aws/services/stepfunctions).
import { expect, faultAt, isAtEnd, type Reading, skip, skipBlanks, startReading, take } from '../reading.ts';
import { readFilter } from './filter.ts';
import { isDefinite, type Path, type Root, type Step } from './path.ts';

/** Ours. */
const STEPS_MAX = 500;

/** @throws SyntaxFault */
export function parsePath(text: string): Path {
  const reading = startReading(text);
  const path = readPath(reading);
  if (!isAtEnd(reading)) throw faultAt(reading, 'the path is over');
  return path;
}

/** `$`, `$$`, `$name` or, in a filter, `@`, and its steps. */
export function readPath(reading: Reading): Path {
  const start = reading.at;
  const root = readRoot(reading);
  const steps: Step[] = [];
  for (let more = readSteps(reading); more !== undefined; more = readSteps(reading)) steps.push(...more);
  if (steps.length > STEPS_MAX) throw faultAt(reading, `a path has ${STEPS_MAX} steps at most`);
  if (steps.slice(0, -1).some((step) => step.kind === 'names' && step.names.length > 1)) {
    throw faultAt(reading, 'several names can only stand at the end of a path');
  }
  return {
    text: reading.text.slice(start, reading.at),
    root,
    steps,
    isDefinite: steps.every(isDefinite),
    isReference: steps.every((step) => (step.kind === 'names' && step.names.length === 1) || step.kind === 'index'),
  };
}

/** A variable's name: a Unicode identifier. Source: Step Functions developer guide, "Passing data with variables". */
const NAME = /[\p{ID_Start}_][\p{ID_Continue}]*/uy;

function readRoot(reading: Reading): Root {
  if (reading.filters > 0 && skip(reading, '@')) return { kind: 'item' };
  expect(reading, '$');
  if (skip(reading, '$')) return { kind: 'context' };
  const name = take(reading, NAME);
  return name === undefined ? { kind: 'input' } : { kind: 'variable', name };
}

/** What a bare name may not have in it: what ends it, and what would end the call whose argument it is. */
const BARE_NAME = /[^.[\]\s,()]+/uy;
const BARE_NAME_IN_FILTER = /[^.[\]\s,()<>=!&|]+/uy;

/** One step, or `..` and the step behind it. `undefined`: there is none. */
function readSteps(reading: Reading): readonly Step[] | undefined {
  if (skip(reading, '..')) return [{ kind: 'scan' }, readNamed(reading)];
  if (skip(reading, '.')) return [readNamed(reading)];
  return reading.text.charAt(reading.at) === '[' ? [readBrackets(reading)] : undefined;
}

/** What stands behind a dot; brackets may, too. */
function readNamed(reading: Reading): Step {
  if (reading.text.charAt(reading.at) === '[') return readBrackets(reading);
  const name = take(reading, reading.filters > 0 ? BARE_NAME_IN_FILTER : BARE_NAME);
  if (name === undefined) throw faultAt(reading, 'a name is expected');
  if (reading.text.charAt(reading.at) === '(') throw faultAt(reading, 'functions are not supported');
  return name === '*' ? { kind: 'wildcard' } : { kind: 'names', names: [name] };
}

function readBrackets(reading: Reading): Step {
  expect(reading, '[');
  if (skip(reading, '*')) {
    expect(reading, ']');
    return { kind: 'wildcard' };
  }
  skipBlanks(reading);
  const sign = reading.text.charAt(reading.at);
  const step = sign === "'" ? readNames(reading) : sign === '?' ? readFilterStep(reading) : readPlaces(reading);
  skipBlanks(reading);
  expect(reading, ']');
  return step;
}

function readFilterStep(reading: Reading): Step {
  expect(reading, '?');
  return { kind: 'filter', filter: readFilter(reading, readPath) };
}

/**
 * `'foo'`, `'foo','n'`. A backslash is a sign like others (recorded on AWS: LocalStack, test_escape_sequence_parsing).
 */
function readNames(reading: Reading): Step {
  const names = [readName(reading)];
  while (skipComma(reading)) names.push(readName(reading));
  return { kind: 'names', names };
}

function readName(reading: Reading): string {
  expect(reading, "'");
  const name = take(reading, /[^'[\]]*/y) ?? '';
  expect(reading, "'");
  return name;
}

const INTEGER = /-?[0-9]{1,9}(?![0-9])/y;
const FROM_END = /\(\s*@\.(?:length|size\(\))\s*-\s*([0-9]{1,9})\s*\)/y;

/** `0`, `-1`, `0,1`, `1:`, `:2`, `0:2`, `(@.length-1)`. */
function readPlaces(reading: Reading): Step {
  const end = take(reading, FROM_END);
  if (end !== undefined) return { kind: 'last', offset: -Number(/([0-9]+)\s*\)$/.exec(end)?.[1]) };
  const first = readInteger(reading);
  skipBlanks(reading);
  if (skip(reading, ':')) return readSliceEnd(reading, first);
  if (first === undefined) throw faultAt(reading, "*, an index, 'a name' in single quotes or ?(a filter) is expected");
  const indexes = [first];
  while (skipComma(reading)) {
    const next = readInteger(reading);
    if (next === undefined) throw faultAt(reading, 'an index is expected');
    indexes.push(next);
  }
  return indexes.length === 1 ? { kind: 'index', index: first } : { kind: 'indexes', indexes };
}

function readSliceEnd(reading: Reading, from: number | undefined): Step {
  skipBlanks(reading);
  const to = readInteger(reading);
  if (from === undefined && to === undefined) throw faultAt(reading, 'an index is expected');
  return { kind: 'slice', from, to };
}

function readInteger(reading: Reading): number | undefined {
  const digits = take(reading, INTEGER);
  return digits === undefined ? undefined : Number(digits);
}

function skipComma(reading: Reading): boolean {
  skipBlanks(reading);
  if (!skip(reading, ',')) return false;
  skipBlanks(reading);
  return true;
}

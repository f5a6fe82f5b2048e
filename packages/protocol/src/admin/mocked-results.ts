// Results of tasks that a test says, as `POST task-results` takes them: by state machine and state, or a whole mock
// configuration file of AWS's Step Functions Local with the test case that each machine is to run.
// Source of that form: Step Functions developer guide, "Configuration file for mocked service integrations".
import type { Json } from '../states-language/json.ts';

export type MockedResult =
  | { readonly Return: Json }
  | { readonly Throw: { readonly Error?: string; readonly Cause?: string } };

/** What a state's tasks are answered with: always the same, or one after the other. */
export type StateResults =
  | { readonly kind: 'always'; readonly result: MockedResult }
  | { readonly kind: 'in order'; readonly results: readonly MockedResult[] };

/** By the state's name. */
export type MockedStates = Readonly<Record<string, StateResults>>;

/** By the state machine's name. One without states is not mocked any more. */
export type MockedResults = Readonly<Record<string, MockedStates>>;

/** What was sent says no results; the message says what is wrong, where, and what was expected. */
export class InvalidMockedResultsError extends Error {
  override readonly name = 'InvalidMockedResultsError';
}

const EXPECTED = [
  'Expected is {"stateMachines":{"orders":{"Charge":[{"Return":…},{"Throw":{"Error":"…","Cause":"…"}}]}}}:',
  'one result is given always, of a list each once, in order.',
  'Or a MockConfigFile.json of AWS with "use":{"orders":"HappyPath"} beside StateMachines and MockedResponses.',
].join(' ');

/** Ours: calls that a range may name. */
const MAX_CALLS = 10_000;

type Table = Readonly<Record<string, unknown>>;

/** @throws InvalidMockedResultsError */
export function parseMockedResults(text: string): MockedResults {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    refuse('The body is not JSON.');
  }
  const given = tableOf(body, 'The body');
  if ('StateMachines' in given) return readFile(given);
  const { stateMachines, ...others } = given;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) refuse(`The body has no member '${unknown}'.`);
  return mapTable(tableOf(stateMachines, 'stateMachines'), (states, machine) =>
    mapTable(tableOf(states, `stateMachines.${machine}`), (results, state) =>
      readResults(results, `stateMachines.${machine}.${state}`),
    ),
  );
}

function readFile({ StateMachines, MockedResponses = {}, use, ...others }: Table): MockedResults {
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) refuse(`A mock configuration has no member '${unknown}'.`);
  const machines = tableOf(StateMachines, 'StateMachines');
  const responses = tableOf(MockedResponses, 'MockedResponses');
  return mapTable(tableOf(use, 'use'), (name, machine) => {
    const cases = tableOf(
      tableOf(entry(machines, machine, 'StateMachines'), machine)['TestCases'],
      `StateMachines.${machine}.TestCases`,
    );
    const place = `StateMachines.${machine}.TestCases`;
    const states = tableOf(entry(cases, String(name), place), `${place}.${name}`);
    return mapTable(states, (response) =>
      readResults(entry(responses, String(response), 'MockedResponses'), `MockedResponses.${response}`),
    );
  });
}

function readResults(given: unknown, place: string): StateResults {
  if (Array.isArray(given)) {
    return { kind: 'in order', results: given.map((one, index) => readResult(one, `${place}[${index}]`)) };
  }
  const table = tableOf(given, place);
  if ('Return' in table || 'Throw' in table) return { kind: 'always', result: readResult(table, place) };
  return { kind: 'in order', results: readRanges(table, place) };
}

/** `{"0": …, "1-2": …}`, from 0 without gaps. */
function readRanges(table: Table, place: string): MockedResult[] {
  const results: (MockedResult | undefined)[] = [];
  for (const [range, given] of Object.entries(table)) {
    const [, first, last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(range) ?? [];
    const [from, to] = [Number(first), Number(last)];
    if (first === undefined || to < from || to >= MAX_CALLS) {
      refuse(`${place} has a member '${range}', which is no call ("0") and no range of calls ("1-2").`);
    }
    const result = readResult(given, `${place}.${range}`);
    for (let call = from; call <= to; call++) results[call] = result;
  }
  return Array.from(results, (result, call) => result ?? refuse(`${place} says nothing of call ${call}.`));
}

function readResult(given: unknown, place: string): MockedResult {
  const table = tableOf(given, place);
  const names = Object.keys(table);
  if (names.length !== 1) refuse(`${place} has neither Return nor Throw alone.`);
  if ('Return' in table) return { Return: table['Return'] as Json };
  const { Error: error, Cause: cause, ...others } = tableOf(table['Throw'], `${place}.Throw`);
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) refuse(`${place}.Throw has a member '${unknown}'; there are Error and Cause.`);
  const problem = [error, cause].find((one) => one !== undefined && typeof one !== 'string');
  if (problem !== undefined) refuse(`${place}.Throw: Error and Cause are text.`);
  return {
    Throw: {
      ...(typeof error === 'string' && { Error: error }),
      ...(typeof cause === 'string' && { Cause: cause }),
    },
  };
}

function entry(table: Table, name: string, place: string): unknown {
  return Object.hasOwn(table, name) ? table[name] : refuse(`${place} has no '${name}'.`);
}

function tableOf(value: unknown, place: string): Table {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Table;
  return refuse(`${place} is not an object.`);
}

function mapTable<Value>(table: Table, read: (value: unknown, name: string) => Value): Record<string, Value> {
  return Object.fromEntries(Object.entries(table).map(([name, value]) => [name, read(value, name)]));
}

function refuse(problem: string): never {
  throw new InvalidMockedResultsError(`${problem} ${EXPECTED}`);
}

// The error of an execution that ended otherwise than the test expected, or not at all.
import { restOf, shortExecution } from '@earwitness/protocol/internal/journal/execution-words';
import type { FactOf } from '@earwitness/protocol/internal/journal/fact';
import { wrapWords } from '@earwitness/protocol/internal/text/wrap';
import type { Expectation } from '../../expectation/expectation.ts';
import { printBlock, printValue } from '../../expectation/print.ts';
import { clockSteps } from '../../page/journal/clock-step.ts';
import { indent, joinSections, type Line, line, linesOf } from '../../printing/line.ts';
import { choosePaint } from '../../printing/paint.ts';
import { closestLines, countDifferences, rankValues } from '../closest.ts';
import type { Culprit } from '../culprit/culprit.ts';
import { failureLines, readFailure } from '../failure.ts';
import type { Course } from './history.ts';

/** What a page shows. */
export interface Shown {
  readonly name: string;
  readonly stateMachine: string;
  readonly status: string;
  readonly input: unknown;
  readonly output: unknown;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  readonly course: Course;
  /** The last that the local cloud's journal has of one that is under way. */
  readonly lastFact?: StateFact | undefined;
  /** By how much the clock was moved on since. */
  readonly passedMs?: number;
}

type StateFact = FactOf<'state.entered' | 'task.attempted' | 'state.failed'>;

/** Ours: states of the path that a page shows, at its beginning and at its end. */
const SHOWN_STATES = 12;

/** An execution that ended with another status. */
export function endedPage(shown: Shown, expected: string, console: readonly Line[] = []): Line[] {
  const { name, stateMachine, status, error, course } = shown;
  const why = error === undefined ? '' : `: ${error}`;
  const where = course.last === undefined || status === 'SUCCEEDED' ? '' : ` in ${course.last}`;
  const headline = line`execution ${shortExecution(name)} of ${stateMachine} ${status}${where}${why}`;
  return joinSections(headline, [
    [line`expected: ${expected}`],
    causeLines(shown.cause),
    status === 'SUCCEEDED' ? valueLines('output', shown.output) : [],
    pathLines(course, status !== 'SUCCEEDED'),
    valueLines('input', shown.input),
    console,
  ]);
}

/** An execution that is still under way. */
export function runningPage(shown: Shown, timeoutMs: number, console: readonly Line[] = []): Line[] {
  const { name, stateMachine, course } = shown;
  return joinSections(line`execution ${shortExecution(name)} of ${stateMachine} did not end within ${timeoutMs} ms`, [
    stateLines(shown),
    pathLines(course, false),
    valueLines('input', shown.input),
    console,
  ]);
}

/** An execution, for a test that awaits another one. */
export interface Seen {
  readonly name: string;
  readonly status: string;
  /** Its input. */
  readonly value: unknown;
}

/**
 * None was found.
 * @param seen the newest first
 */
export function notStartedPage(
  {
    stateMachine,
    expectation,
    timeoutMs,
  }: { readonly stateMachine: string; readonly expectation: Expectation; readonly timeoutMs: number },
  seen: readonly Seen[],
  culprit?: Culprit,
): Line[] {
  const paint = choosePaint();
  const { closest } = rankValues(expectation, seen);
  const why = culprit?.headline ?? (closest && countDifferences(closest));
  const missed = line`no execution of ${stateMachine} with this input was started within ${timeoutMs} ms`;
  const headline = why === undefined ? missed : line`${missed}: ${why}`;
  const rest = seen.filter((one) => one !== closest?.one);
  const shown = rest.slice(0, SHOWN_EXECUTIONS);
  const width = Math.max(0, ...shown.map(({ name }) => shortExecution(name).length));
  const statusWidth = Math.max(0, ...shown.map(({ status }) => status.length));
  const more = rest.length - shown.length;
  return joinSections(headline, [
    culprit?.cause ?? [],
    closest === undefined
      ? []
      : closestLines('Closest execution', closest, [shortExecution(closest.one.name), closest.one.status]),
    [line`${paint.bold('Expected input')}`, ...indent(linesOf(expectation.text.replace(/^an event that /, 'what ')))],
    seen.length === 0 ? [line`${stateMachine} has no execution at all: nothing has started it`] : [],
    shown.length === 0
      ? []
      : [
          line`${paint.bold(closest ? 'Other executions' : 'Executions')}   ${rest.length === 1 ? 'one' : `${rest.length}, the newest first`}`,
          ...shown.map(({ name, status, value }) => {
            const room = Math.max(24, COLUMNS - 4 - width - 4 - statusWidth);
            return line`  ${shortExecution(name).padEnd(width)}  ${status.padEnd(statusWidth)}  ${printValue(value, { maxChars: room })}`;
          }),
          ...(more > 0 ? [line`  … ${more} more`] : []),
        ],
    culprit?.console ?? [],
  ]);
}

/** Ours: executions that a page shows beside the closest. */
const SHOWN_EXECUTIONS = 4;

const COLUMNS = 80;

/** A function's error is told as `cloud.invoke` tells it; anything else as it is. */
function causeLines(cause: string | undefined): Line[] {
  if (cause === undefined || cause === '') return [];
  const parsed = parsedOrUndefined(cause);
  if (typeof parsed === 'object' && parsed !== null && 'errorMessage' in parsed)
    return failureLines(readFailure(parsed));
  return parsed === undefined ? wrapped(cause) : linesOf(cause);
}

function pathLines({ path, last }: Course, failed: boolean): Line[] {
  if (path.length === 0) return [];
  const at = failed ? path.lastIndexOf(last ?? '') : -1;
  const states = path.map((state, index) => (index === at ? `${state} ✗` : state));
  const half = SHOWN_STATES / 2;
  const shown = states.length <= SHOWN_STATES ? states : [...states.slice(0, half), '…', ...states.slice(-half)];
  return [line`path: ${shown.join(' → ')}`];
}

function valueLines(name: string, value: unknown): Line[] {
  return value === undefined ? [] : linesOf(`${name}: ${printBlock(value)}`);
}

/** Where it is and what it waits for: in the journal's words, or as far as the history tells. */
function stateLines({ lastFact, passedMs, course: { last, lastEvent } }: Shown): Line[] {
  if (lastFact === undefined) {
    return wrapped(`it is RUNNING${last === undefined ? '' : `, in ${last}`}${waitsFor(lastEvent)}`);
  }
  const { text, ms } = restOf(lastFact, passedMs);
  const cure = ms === undefined ? [] : clockSteps(ms).map((one) => line`${one}`);
  return [...wrapped(`it is RUNNING, in ${lastFact.state}, ${text}`), ...cure];
}

function wrapped(text: string): Line[] {
  return linesOf(text).flatMap((one) => wrapWords(String(one), COLUMNS - 2).map((part) => line`${part}`));
}

/** The history does not tell until when a state waits, nor for which attempt. */
function waitsFor(event: string | undefined): string {
  if (event === undefined) return '';
  if (event.startsWith('WaitState')) return ', which waits for its time';
  if (event === 'TaskSubmitted') return ', which waits for a task token or for the end of what it began';
  if (event.startsWith('Activity')) return ', which waits for a worker';
  if (event.endsWith('Failed') || event.endsWith('TimedOut')) return ', which failed and is to be tried again';
  return '';
}

function parsedOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

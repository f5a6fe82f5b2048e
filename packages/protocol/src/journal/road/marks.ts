// From facts to what is drawn of a road: at which stop of it, from when to when, in which words. What belongs together
// (request and answer, function and its end) becomes one mark with a length. Which facts are drawn at all is decided by
// a table of each reader.
import { detailsOf } from '../details.ts';
import type { Fact, FactOf } from '../fact.ts';
import { createNames, type NameOf, namesIn } from '../names.ts';
import { type Stop, type Words, wordsOf } from '../words.ts';
import { addTo } from './lists.ts';

/** Where on the road a mark stands, as its reader is told. */
export type Stage =
  | 'request'
  | 'function'
  | 'consumer'
  | 'execution'
  | 'state'
  | 'task'
  | 'event'
  | 'bus'
  | 'rule'
  | 'attempt'
  | 'topic'
  | 'subscription'
  | 'webhook'
  | 'schedule'
  | 'pipe'
  | 'access'
  | 'call'
  | 'notice'
  | 'test';

/** Something at a place and time; with `until` it lasts. */
export interface Mark {
  readonly stage: Stage;
  /** Epoch ms. */
  readonly at: number;
  readonly until?: number;
  readonly label: string;
  /** `wait`: what is still to come. */
  readonly tone: Words['tone'] | 'wait';
  /** The same in more words, for who asks. */
  readonly text?: string;
  /** Lines that say what went wrong: a stack, a function's last output. */
  readonly details?: readonly string[];
  /** Id of the element of the page that says more. */
  readonly more?: string;
  /** What it was made of; none of what a test did. */
  readonly fact?: Fact;
  /** Id of the event that a test heard here. */
  readonly heardId?: string;
  /** Of what is no fact: the fact whose mark it hangs from. */
  readonly cause?: Fact;
}

/** What a reader draws: the stage of each stop, or nothing. A state's is `task` where tasks alone are drawn. */
export type Stages = Readonly<Record<Stop, Stage | undefined>>;

/** The marks of facts, one for each that is drawn, in the order of the facts. */
export function marksOfFacts(facts: readonly Fact[], stages: Stages): Mark[] {
  const beside = besideOf(facts);
  return facts.flatMap((fact) => {
    const mark = markOf(fact, stages, beside);
    return mark ? [{ ...mark, fact }] : [];
  });
}

type End = FactOf<'request.answered' | 'function.finished' | 'batch.returned' | 'execution.ended'>;

interface Beside {
  /** What functions wrote, by invocation. */
  readonly logs: ReadonlyMap<string, readonly Fact[]>;
  /** What ends requests, invocations and executions, by their ids, in order: what failed may be begun again. */
  readonly ends: ReadonlyMap<string, readonly End[]>;
  readonly nameOf: NameOf;
}

function besideOf(facts: readonly Fact[]): Beside {
  const ends = new Map<string, End[]>();
  const logs = new Map<string, Fact[]>();
  for (const fact of facts) {
    if (fact.kind === 'function.log' && fact.invocationId !== undefined) addTo(logs, fact.invocationId, fact);
    if (fact.kind === 'request.answered') addTo(ends, fact.requestId, fact);
    if (fact.kind === 'execution.ended') addTo(ends, fact.executionArn, fact);
    if (fact.kind === 'function.finished' || fact.kind === 'batch.returned') addTo(ends, fact.invocationId, fact);
  }
  return { logs, ends, nameOf: createNames(facts.flatMap(namesIn)) };
}

function markOf(fact: Fact, stages: Stages, beside: Beside): Mark | undefined {
  const { stop, label, text, tone } = wordsOf(fact, undefined, beside.nameOf);
  const stage = stages[stop];
  const mark = stage && { stage, at: fact.at, label, text, tone };
  if (!mark) return undefined;
  switch (fact.kind) {
    case 'request.received':
      return requestMark(fact, mark, beside);
    case 'function.invoked':
      return functionMark(fact, mark, beside);
    case 'function.finished':
    case 'batch.returned':
    case 'execution.ended':
      return undefined;
    case 'execution.started':
    case 'execution.redriven':
      return executionMark(fact, mark, beside);
    // What an execution does is drawn by its tasks, unless the reader has a place for states.
    case 'state.entered':
    case 'state.failed':
      return stage === 'task' ? undefined : mark;
    case 'task.attempted':
      return { ...mark, stage: 'task', at: fact.at - fact.durationMs, until: fact.at };
    case 'delivery.attempted': {
      const times = { at: fact.at - fact.durationMs, until: fact.at };
      const isBad = fact.outcome !== 'delivered' && fact.url !== undefined;
      return { ...mark, ...times, ...(isBad && { details: [fact.url] }) };
    }
    default:
      return mark;
  }
}

function requestMark(fact: FactOf<'request.received'>, mark: Mark, { ends, nameOf }: Beside): Mark {
  const end = ends.get(fact.requestId)?.[0];
  if (!end) return mark;
  const { label, text, tone } = wordsOf(end, undefined, nameOf);
  const details = detailsOf(end, []);
  return {
    ...{ ...mark, until: end.at, label: `${mark.label} → ${label}`, text: `${mark.text} → ${text}`, tone },
    ...(details.length > 0 && { details }),
  };
}

/** Of an execution: its end says how it went. */
function executionMark(
  fact: FactOf<'execution.started' | 'execution.redriven'>,
  mark: Mark,
  { ends, nameOf }: Beside,
): Mark {
  const end = ends.get(fact.executionArn)?.find(({ at, seq }) => at >= fact.at && seq > fact.seq);
  if (!end) return mark;
  const { label, text, tone } = wordsOf(end, undefined, nameOf);
  return { ...mark, until: end.at, label, text, tone };
}

/** Its end says how it went, and what it gave back of its batch: a function that returned may yet have failed. */
function functionMark(fact: FactOf<'function.invoked'>, mark: Mark, { ends, logs, nameOf }: Beside): Mark {
  const all = ends.get(fact.invocationId) ?? [];
  const next = all.findIndex(({ kind, at }) => kind === 'function.finished' && at >= fact.at);
  const [finished, returned] = all.slice(next);
  if (next < 0 || !finished) return mark;
  const end = returned?.kind === 'batch.returned' ? returned : finished;
  const { text, tone } = wordsOf(end, undefined, nameOf);
  // Of an error with many lines, the first; the others are where it was thrown.
  const [label = text, ...rest] = text.split('\n');
  const details = [...rest, ...detailsOf(end, logs.get(fact.invocationId) ?? [])];
  return { ...mark, until: finished.at, label, text, tone, ...(details.length > 0 && { details }) };
}

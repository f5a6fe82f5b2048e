// From lines of evidence to what is drawn: at which stop of the road, from when to when, in which words. What belongs
// together (request and answer, function and its end) becomes one mark with a length; most facts of the control plane
// are nothing.
import { detailsOf } from '@earwitness/protocol/internal/journal/details';
import type { Fact, FactOf } from '@earwitness/protocol/internal/journal/fact';
import { createNames, type NameOf, namesIn } from '@earwitness/protocol/internal/journal/names';
import { type Stop, type Words, wordsOf } from '@earwitness/protocol/internal/journal/words';
import type { Evidence, EvidenceOf } from '../evidence.ts';
import { addTo } from './lists.ts';

/** Where on the road a mark stands, as its reader is told. */
export type Stage =
  | 'request'
  | 'function'
  | 'consumer'
  | 'execution'
  | 'task'
  | 'event'
  | 'rule'
  | 'attempt'
  | 'topic'
  | 'test';

/** Something at a place and time; with `until` it lasts. */
export interface Mark {
  readonly stage: Stage;
  /** Epoch ms. */
  readonly at: number;
  readonly until?: number;
  readonly label: string;
  readonly tone: Words['tone'];
  /** The same in more words, for who asks. */
  readonly text?: string;
  /** Lines that say what went wrong: a stack, a function's last output. */
  readonly details?: readonly string[];
  /** Id of the element of the page that says more. */
  readonly more?: string;
  /** What it was made of. */
  readonly line: Evidence;
}

/** The marks of one subscription, in the order in which they began. */
export function marksOf(evidence: readonly Evidence[]): Mark[] {
  const beside = besideOf(evidence.flatMap((one) => (one.kind === 'fact' ? [one.fact] : [])));
  return evidence
    .flatMap((line, index) => {
      const mark = markOf(line, idOf(line, index), beside);
      return mark ? [{ ...mark, line }] : [];
    })
    .sort((one, other) => one.at - other.at);
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

type Drawn = Omit<Mark, 'line'>;

function markOf(one: Evidence, more: string, beside: Beside): Drawn | undefined {
  switch (one.kind) {
    case 'subscription':
      return { stage: 'test', at: one.at, label: 'subscribed', tone: 'plain' };
    case 'item':
      return { stage: 'test', at: one.at, label: `heard ${nameOf(one.message).type}`, tone: 'good', more };
    case 'wait':
      return waitMark(one, more);
    case 'fact':
      return factMark(one.fact, beside);
  }
}

/** The id of a line's element on the page; `index` is its place among those of its subscription. */
export function idOf({ kind, subscription }: Evidence, index: number): string {
  return `${kind}-${subscription}-${index}`;
}

function waitMark(wait: EvidenceOf<'wait'>, more: string): Drawn {
  const met = wait.outcome === 'met';
  return {
    stage: 'test',
    at: wait.at,
    until: wait.endedAt,
    label: `${met ? '✓' : '✗'} ${wait.title}`,
    tone: met ? 'good' : 'bad',
    more,
  };
}

/** What a message is called: its detail-type, or what it is instead of an event. */
export function nameOf(message: unknown): { readonly type: string; readonly source: string } {
  if (typeof message !== 'object' || message === null) return { type: 'text', source: '' };
  const { 'detail-type': type = 'object', source = '' } = message as Readonly<Record<string, unknown>>;
  return { type: String(type), source: String(source) };
}

/** The stage of a stop; most facts of the control plane are not drawn. */
const STAGE_OF: Readonly<Record<Stop, Stage | undefined>> = {
  request: 'request',
  // The end of its request, as is the end of a function.
  answer: undefined,
  function: 'function',
  'stand-in': 'function',
  PutEvents: 'event',
  bus: 'event',
  rule: 'rule',
  input: undefined,
  attempt: 'attempt',
  'dead letter': 'attempt',
  schedule: undefined,
  pipe: undefined,
  execution: 'execution',
  state: 'task',
  'topic item': 'topic',
  notification: 'topic',
  // What the test itself heard is drawn from its own messages.
  received: undefined,
  webhook: undefined,
  access: undefined,
  subscription: undefined,
  refused: undefined,
  call: undefined,
  log: undefined,
  stack: undefined,
  clock: undefined,
  journal: undefined,
  warning: undefined,
  fault: undefined,
};

function factMark(fact: Fact, beside: Beside): Drawn | undefined {
  const { stop, label, text, tone } = wordsOf(fact, undefined, beside.nameOf);
  const stage = STAGE_OF[stop];
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
    // What an execution does is drawn by its tasks.
    case 'state.entered':
    case 'state.failed':
      return undefined;
    case 'task.attempted':
      return { ...mark, at: fact.at - fact.durationMs, until: fact.at };
    case 'delivery.attempted': {
      const times = { at: fact.at - fact.durationMs, until: fact.at };
      const isBad = fact.outcome !== 'delivered' && fact.url !== undefined;
      return { ...mark, ...times, ...(isBad && { details: [fact.url] }) };
    }
    default:
      return mark;
  }
}

function requestMark(fact: FactOf<'request.received'>, mark: Drawn, { ends, nameOf }: Beside): Drawn {
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
  mark: Drawn,
  { ends, nameOf }: Beside,
): Drawn {
  const end = ends.get(fact.executionArn)?.find(({ at, seq }) => at >= fact.at && seq > fact.seq);
  if (!end) return mark;
  const { label, text, tone } = wordsOf(end, undefined, nameOf);
  return { ...mark, until: end.at, label, text, tone };
}

/** Its end says how it went, and what it gave back of its batch: a function that returned may yet have failed. */
function functionMark(fact: FactOf<'function.invoked'>, mark: Drawn, { ends, logs, nameOf }: Beside): Drawn {
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

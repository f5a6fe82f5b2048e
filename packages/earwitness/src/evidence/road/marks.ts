// From lines of evidence to what is drawn: facts as everywhere, and what the test itself did: it subscribed, heard and
// waited. Most facts of the control plane are nothing.
import { type Mark, marksOfFacts, type Stages } from '@earwitness/protocol/internal/journal/road/marks';
import type { Evidence, EvidenceOf } from '../evidence.ts';

/** The marks of one subscription, in the order in which they began. */
export function marksOf(evidence: readonly Evidence[]): Mark[] {
  const facts = evidence.flatMap((one) => (one.kind === 'fact' ? [one.fact] : []));
  const drawn = new Map(marksOfFacts(facts, STAGES).map((mark) => [mark.fact, mark]));
  return evidence
    .flatMap((line, index) => (line.kind === 'fact' ? drawn.get(line.fact) : testMark(line, idOf(line, index))) ?? [])
    .sort((one, other) => one.at - other.at);
}

/** The id of a line's element on the page; `index` is its place among those of its subscription. */
export function idOf({ kind, subscription }: Evidence, index: number): string {
  return `${kind}-${subscription}-${index}`;
}

function testMark(one: EvidenceOf<'subscription' | 'item' | 'wait'>, more: string): Mark {
  switch (one.kind) {
    case 'subscription':
      return { stage: 'test', at: one.at, label: 'subscribed', tone: 'plain' };
    case 'item':
      return itemMark(one, more);
    case 'wait':
      return waitMark(one, more);
  }
}

function itemMark({ at, message }: EvidenceOf<'item'>, more: string): Mark {
  const id: unknown = typeof message === 'object' && message !== null && 'id' in message ? message.id : undefined;
  const mark: Mark = { stage: 'test', at, label: `heard ${nameOf(message).type}`, tone: 'good', more };
  return typeof id === 'string' ? { ...mark, heardId: id } : mark;
}

function waitMark(wait: EvidenceOf<'wait'>, more: string): Mark {
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

const STAGES: Stages = {
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
  stream: undefined,
  table: undefined,
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
  node: undefined,
  warning: undefined,
  fault: undefined,
};

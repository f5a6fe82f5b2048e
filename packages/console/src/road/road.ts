// The road of a row as trees of marks: those of its facts, the rules that did not match, and attempts that are due.
import type { Fact } from '@earwitness/protocol/internal/journal/fact';
import { type Branch, branchesOf } from '@earwitness/protocol/internal/journal/road/causes';
import { type Mark, marksOfFacts, type Stages } from '@earwitness/protocol/internal/journal/road/marks';
import { createScale, type Scale } from '@earwitness/protocol/internal/journal/road/scale';
import { isMissed, type Row } from '../journal/row.ts';
import { dueMarks } from './due.ts';

/** What the page draws: everything that is on the way. */
const STAGES: Stages = {
  request: 'request',
  // The end of its request, as is the end of a function.
  answer: undefined,
  function: 'function',
  'stand-in': 'function',
  PutEvents: 'event',
  bus: 'bus',
  rule: 'rule',
  // Stands with the attempts that got it.
  input: undefined,
  attempt: 'attempt',
  'dead letter': 'attempt',
  schedule: 'schedule',
  pipe: 'pipe',
  execution: 'execution',
  state: 'state',
  'topic item': 'topic',
  notification: 'topic',
  received: 'subscription',
  webhook: 'webhook',
  subscription: 'subscription',
  access: 'access',
  refused: 'request',
  call: 'call',
  stream: 'attempt',
  table: 'notice',
  // Stands in its function.
  log: undefined,
  stack: 'notice',
  clock: 'notice',
  journal: 'notice',
  node: 'notice',
  warning: 'notice',
  fault: 'notice',
};

export interface Road {
  readonly roots: readonly Branch[];
  readonly scale: Scale;
  /** Epoch ms of its first mark. */
  readonly start: number;
}

/**
 * @param facts of the row and its kin, in the order of the journal
 * @param missed marks of rules that did not match
 */
export function roadOf({ facts: own }: Row, facts: readonly Fact[], missed: readonly Mark[] = []): Road {
  const sources = new Map(
    facts.flatMap((fact) => (fact.kind === 'event.accepted' ? [[fact.eventId, fact.source]] : [])),
  );
  const told = marksOfFacts(facts.filter(isTold), STAGES).map((mark) => asListed(mark, sources));
  const marks = [...told, ...missed, ...dueMarks(facts)];
  marks.sort((one, other) => one.at - other.at);
  const roots = partOf(branchesOf(marks), new Set(own));
  const times = roots.flatMap(timesOf);
  const start = times.reduce((first, at) => Math.min(first, at), Number.POSITIVE_INFINITY);
  return { roots, scale: createScale(times, start), start };
}

/** What the list does not show as bad news is none here; what a test answered in a task's place says so at once. */
function asListed(mark: Mark, sources: ReadonlyMap<string, string>): Mark {
  const { fact } = mark;
  if (fact?.kind === 'event.unmatched' && !isMissed(fact, sources.get(fact.eventId))) return { ...mark, tone: 'plain' };
  return fact?.kind === 'task.attempted' && fact.isMocked ? { ...mark, label: `${mark.label}, mocked` } : mark;
}

/** Calls that went well are no news: they are told by what they brought about. Nor is that they may be made. */
function isTold(fact: Fact): boolean {
  return fact.kind === 'call' ? fact.status >= 400 : fact.kind !== 'access.allowed';
}

/** What is of these facts, with all that came of it, and what brought it about without what else came of that. */
function partOf(branches: readonly Branch[], own: ReadonlySet<Fact>): Branch[] {
  return branches.flatMap((branch) => {
    if (branch.mark.fact && own.has(branch.mark.fact)) return [branch];
    const below = partOf(branch.branches, own);
    return below.length === 0 ? [] : [{ ...branch, branches: below }];
  });
}

function timesOf({ mark: { at, until = at }, branches }: Branch): number[] {
  return [at, until, ...branches.flatMap(timesOf)];
}

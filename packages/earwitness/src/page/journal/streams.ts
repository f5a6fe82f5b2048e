// What goes on behind a stream. No trace leads over it: what the reader of a stream does is known for the test's own
// when every write to a table or a stream before it was; where others wrote as well, it may be. A function that a
// stream feeds has no trace either: its events are those that were put while nobody else without a trace ran.
import type { Fact, FactOf } from '@earwitness/protocol/internal/journal/fact';
import { beginningOf, type Story } from './stories.ts';

/** What is looked at. */
export interface Streams {
  /** Stories that are surely the test's. */
  readonly sure: readonly Story[];
  /** All since the test began, in the order of their beginnings. */
  readonly recent: readonly Story[];
  /** Facts since then that are of no story. */
  readonly loose: readonly Fact[];
  /** Calls of all stories since then. */
  readonly calls: readonly FactOf<'call'>[];
  /** Whether this test alone sent a call. */
  readonly isOwn: (requestId: string) => boolean;
}

/** Which of them go on. */
export interface Behind {
  readonly sure: ReadonlySet<Story>;
  readonly likely: ReadonlySet<Story>;
  /** Facts without a story that are surely the test's. */
  readonly loose: readonly Fact[];
}

/** Calls after which a stream has records. */
const WRITES: ReadonlySet<string> = new Set([
  ...['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'TransactWriteItems'].map((name) => `dynamodb ${name}`),
  ...['ExecuteStatement', 'BatchExecuteStatement', 'ExecuteTransaction'].map((name) => `dynamodb ${name}`),
  ...['PutRecord', 'PutRecords'].map((name) => `kinesis ${name}`),
]);

/** Follows the writes of the test's own stories, from reader to reader. */
export function followStreams({ sure: known, recent, loose, calls, isOwn }: Streams): Behind {
  const sure = new Set(known);
  const likely = new Set<Story>();
  const ownCalls = new Set<Fact>(calls.filter(({ requestId }) => isOwn(requestId)));
  for (const fact of known.flatMap((story) => story.facts)) ownCalls.add(fact);
  const writes = calls.filter((one) => one.status < 400 && WRITES.has(`${one.service} ${one.operation}`));
  const judge = (seq: number): Verdict => {
    const before = writes.filter((write) => write.seq < seq);
    const count = before.filter((write) => ownCalls.has(write)).length;
    return count === 0 ? 'other' : count === before.length ? 'sure' : 'likely';
  };
  const runs = runsOf(recent);
  const judgeStory = (story: Story): Verdict => {
    const read = story.facts.find(isReading);
    if (read) return judge(read.seq);
    const first = beginningOf(story);
    if (!first || !isPutWithoutTrace(first)) return 'other';
    const during = runs.filter(({ from, to }) => from < first.seq && first.seq < to).map((run) => run.story);
    if (during.length > 0 && during.every((one) => sure.has(one))) return 'sure';
    return during.some((one) => sure.has(one) || likely.has(one)) ? 'likely' : 'other';
  };
  for (const story of recent) {
    if (sure.has(story)) continue;
    const verdict = judgeStory(story);
    if (verdict === 'likely') likely.add(story);
    if (verdict !== 'sure') continue;
    sure.add(story);
    for (const fact of story.facts) ownCalls.add(fact);
  }
  const sureRuns = runs.filter(({ story }) => sure.has(story));
  const isDeniedTo = ({ seq, principal }: FactOf<'access.denied'>) =>
    sureRuns.some(({ from, to, name }) => from < seq && seq < to && principal.endsWith(`/${name}`));
  // What became of the records of its last run.
  const isOfSureRun = (fact: FactOf<'records.failed' | 'records.discarded'>) => {
    const last = runs.findLast(
      ({ from, name, sourceArn }) =>
        from < fact.seq && fact.sourceArn === sourceArn && `${fact.consumerArn}:`.includes(`:function:${name}:`),
    );
    return last !== undefined && sure.has(last.story);
  };
  const isSure = (fact: Fact): boolean => {
    if (fact.kind === 'access.denied') return isDeniedTo(fact);
    if (!isOfRecords(fact)) return false;
    return judge(fact.seq) === 'sure' || (fact.kind !== 'records.filtered' && isOfSureRun(fact));
  };
  return { sure, likely, loose: loose.filter(isSure) };
}

type Verdict = 'sure' | 'likely' | 'other';

/** Whether a fact tells what a stream's reader made of its records. */
export function isOfRecords(fact: Fact): fact is FactOf<'records.filtered' | 'records.failed' | 'records.discarded'> {
  return fact.kind === 'records.filtered' || fact.kind === 'records.failed' || fact.kind === 'records.discarded';
}

/** Whether a function was invoked with records of a stream. */
export function isReading(fact: Fact): fact is FactOf<'function.invoked'> {
  return fact.kind === 'function.invoked' && fact.records !== undefined;
}

function isPutWithoutTrace(fact: Fact): boolean {
  const isPut = fact.kind === 'event.accepted' || fact.kind === 'bus.missing' || fact.kind === 'entry.rejected';
  return isPut && fact.traceId === undefined;
}

/** From when to when a function ran of whose calls no trace tells. */
interface Run {
  readonly story: Story;
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** The stream that it read. */
  readonly sourceArn: string | undefined;
}

function runsOf(stories: readonly Story[]): Run[] {
  return stories.flatMap((story) =>
    story.facts.flatMap((fact) => {
      if (fact.kind !== 'function.invoked' || fact.traceId !== undefined) return [];
      const { invocationId, functionName: name, seq: from } = fact;
      const end = story.facts.find((one) => one.kind === 'function.finished' && one.invocationId === invocationId);
      const to = end?.seq ?? Number.POSITIVE_INFINITY;
      return [{ story, name, from, to, sourceArn: fact.records?.sourceArn }];
    }),
  );
}

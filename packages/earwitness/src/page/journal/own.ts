// Which stories are a wait's own, among those of other tests. What began before the test is none. Some of the rest are
// surely the test's: those of its trace; of requests that this process sent, while no other test ran in it; with an id
// that the expectation names. Others are likely its own: with an event that was awaited, or another value by which the
// expectation tells its event from others; of a request of anybody that is not answered yet. Where there is none of
// these (a browser acts, or a program beside), all that began since then may be. `streams.ts` follows streams.
import type { Fact, FactOf } from '@earwitness/protocol/internal/journal/fact';
import { rootOf } from '@earwitness/protocol/internal/journal/trace';
import { countPendingRequests, findOwnRequests } from '../../hearing/own-requests.ts';
import { beginningOf, type Story } from './stories.ts';
import { type Behind, followStreams } from './streams.ts';

/** Stories of a test, and those of others. */
export interface Ownership {
  /** Those of `own` that are no other test's. */
  readonly sure: readonly Story[];
  readonly own: readonly Story[];
  readonly others: readonly Story[];
  /** Facts of no story that are no other test's. */
  readonly loose: readonly Fact[];
}

/** What begins a story; one that only has what follows (a retry) began before. */
const BEGINNINGS: ReadonlySet<Fact['kind']> = new Set([
  ...(['request.received', 'request.refused', 'event.accepted', 'bus.missing', 'entry.rejected'] as const),
  ...(['function.invoked', 'access.denied', 'stand-in.received', 'topic.refused'] as const),
]);

/** By what a wait's own is known. */
export interface Marks {
  /** When the test began, epoch ms. */
  readonly beganAt: number;
  /** Since when this process has sent requests for this test alone, epoch ms; Infinity: others run beside it. */
  readonly aloneSince: number;
  /** Root of its trace, when the subscription was told one. */
  readonly trace?: string;
  /** Ids of events that meet the expectation. */
  readonly awaited: ReadonlySet<string>;
  /** No fact since then is missing. */
  readonly isWhole: boolean;
  /** What tells the awaited event from others. */
  readonly value: string | number | boolean | null | undefined;
}

/** Ours: a shorter value stands in events by chance. */
const TELLING_CHARS = 4;

/** Ours: a value with digits and so many signs is an id, which no two tests share; a date or a time is none. */
const ID_CHARS = 12;

/** Divides the stories. @param loose facts since the test began that are of none */
export function divideStories(stories: readonly Story[], marks: Marks, loose: readonly Fact[] = []): Ownership {
  const { beganAt, isWhole } = marks;
  const recent = stories.filter((story) => {
    const first = beginningOf(story);
    return first !== undefined && first.at >= beganAt && (!isWhole || BEGINNINGS.has(first.kind));
  });
  const isSure = sureness(recent, marks);
  const known = recent.filter(isSure);
  const calls = stories
    .flatMap(({ facts }) => facts.filter((fact) => fact.kind === 'call'))
    .filter(({ at }) => at >= beganAt);
  const behind = followStreams({ sure: known, recent, loose, calls, isOwn: findOwnRequests(marks.aloneSince).has });
  const sure = recent.filter((story) => behind.sure.has(story));
  const likely = recent.filter((story) => isOfTest(story, behind) || isLikely(story, marks));
  const own = likely.length > 0 ? likely : recent;
  return { sure, own, others: stories.filter((story) => !own.includes(story)), loose: behind.loose };
}

function isOfTest(story: Story, { sure, likely }: Behind): boolean {
  return sure.has(story) || likely.has(story);
}

/** What tells whether a story is no other test's. */
function sureness(recent: readonly Story[], { aloneSince, trace, value }: Marks): (story: Story) => boolean {
  const requests = findOwnRequests(aloneSince);
  const isSureFact = (fact: Fact) =>
    (trace !== undefined && 'traceId' in fact && rootOf(fact.traceId) === trace) ||
    ('requestId' in fact && requests.has(fact.requestId)) ||
    (isId(value) && names(fact, String(value)));
  const open = recent.flatMap(openRequests);
  // Of several that hang, some may be another process's.
  const isOnlyOurs = ({ method, path, at }: FactOf<'request.received'>) =>
    at >= aloneSince &&
    open.filter((one) => one.method === method && one.path === path).length <= countPendingRequests(method, path);
  return (story) => story.facts.some(isSureFact) || openRequests(story).some(isOnlyOurs);
}

function isLikely(story: Story, { beganAt, awaited, value }: Marks): boolean {
  const requests = findOwnRequests(beganAt);
  const tells = String(value ?? '').length >= TELLING_CHARS;
  return (
    openRequests(story).length > 0 ||
    story.facts.some(
      (fact) =>
        (fact.kind === 'event.accepted' && awaited.has(fact.eventId)) ||
        (tells && bears(fact, value)) ||
        ('requestId' in fact && requests.has(fact.requestId)),
    )
  );
}

function isId(value: Marks['value']): boolean {
  const text = String(value ?? '');
  return text.length >= ID_CHARS && /\d/.test(text) && !/^\d{4}-\d\d-\d\d/.test(text);
}

/** Whether a fact is of an event in which a value stands. */
function bears(fact: Fact, value: Marks['value']): boolean {
  return fact.kind === 'event.accepted' && fact.event.includes(JSON.stringify(value));
}

/** Whether an id stands in a fact: of an event, in what a function wrote, or in what was handed on. */
function names(fact: Fact, id: string): boolean {
  if (fact.kind === 'function.log') return fact.line.includes(id);
  if (fact.kind === 'function.finished') return fact.error?.message.includes(id) ?? false;
  if (fact.kind === 'stand-in.received') return fact.input?.includes(id) ?? false;
  if (fact.kind === 'notification.published') return fact.text.includes(id);
  return bears(fact, id);
}

/** The requests of a story that are not answered yet. */
function openRequests({ facts }: Story): FactOf<'request.received'>[] {
  const answered = new Set(facts.flatMap((fact) => (fact.kind === 'request.answered' ? [fact.requestId] : [])));
  return facts.filter((fact) => fact.kind === 'request.received').filter(({ requestId }) => !answered.has(requestId));
}

// From the local cloud's facts to what a person wants to know when an event did not arrive: the culprit, then what else
// went wrong on this wait's own road, and of all other tests a line that counts. Long because each has its words here.
import type { Fact, FactOf } from '@earwitness/protocol/internal/journal/fact';
import { createNames, type NameOf, namesIn } from '@earwitness/protocol/internal/journal/names';
import { type Stop, wordsOf } from '@earwitness/protocol/internal/journal/words';
import { type Message, parseMessage } from '../../event.ts';
import type { Expectation } from '../../expectation/expectation.ts';
import type { NearMiss } from '../../expectation/near-miss.ts';
import { SAME_BUT_FOR_CASE } from '../../expectation/partial.ts';
import { describeGap, type JournalExcerpt } from '../../hearing/journal-excerpt.ts';
import { explainRules } from '../rules.ts';
import type { Moment } from '../timeline.ts';
import { adviceOn } from './advice.ts';
import { withoutCanaries } from './canaries.ts';
import { type Cause, type Evidence, findCause } from './causes.ts';
import type { ConsolePlace } from './console.ts';
import { countOthers } from './others.ts';
import { divideStories, type Marks } from './own.ts';
import { mayGoOn, silenceCause } from './silence.ts';
import { passedStandIns } from './stand-ins.ts';
import { namedRefusals, storiesOf } from './stories.ts';
import { isReading } from './streams.ts';

/** A thing that was checked: fine, or worth a look; `undefined`: neither. */
export interface Checked {
  readonly ok: boolean | undefined;
  readonly text: string;
}

/** What is asked of the journal. */
export interface Search {
  readonly test: TestMarks;
  /** What did not come, when something did not. */
  readonly missed?: Expectation;
  /** What was heard instead, nearest first. */
  readonly heard: readonly NearMiss[];
  /** What is heard are no events: nothing is said about which of them came. */
  readonly isRecord: boolean;
  /** The name of what is heard. */
  readonly route: string;
  /** What was found in the dead-letter queue. */
  readonly letters: readonly DeadLetterFound[];
}

/** By which stories are known as the test's own. */
export type TestMarks = Pick<Marks, 'beganAt' | 'aloneSince' | 'trace'>;

/** A dead letter that lies in the queue. */
export interface DeadLetterFound {
  readonly event: Message;
  readonly text: string;
}

/** What the journal adds to a page. */
export interface JournalFindings {
  readonly moments: readonly Moment[];
  readonly findings: readonly Checked[];
  readonly cause?: FoundCause;
  /** The nearest of what was heard: of the test's own events, where there are any. */
  readonly closest?: NearMiss;
  /** What a console would show of it. */
  readonly place?: ConsolePlace;
}

/** A culprit; `isSure`: what it did is no other test's. */
export type FoundCause = Cause & { readonly isSure: boolean };

/**
 * Reads the facts. Without a journal there is nothing but what lies in the dead-letter queue. When the journal has
 * dropped facts, no finding says that something did not happen.
 */
export async function findInJournal(excerpt: JournalExcerpt | undefined, search: Search): Promise<JournalFindings> {
  const [nearest] = search.heard;
  if (!excerpt) return { moments: [], findings: letterFindings(search), ...(nearest && { closest: nearest }) };
  const facts = namedRefusals(withoutCanaries(excerpt.facts));
  const known = eventsOf(facts, search.missed);
  const nameOf = createNames(facts.flatMap(namesIn));
  const stories = storiesOf(facts);
  const marks = {
    ...search.test,
    awaited: known.awaited,
    isWhole: !excerpt.gap,
    value: search.missed?.leaf?.value,
  };
  const inStories = new Set(stories.flatMap((story) => story.facts));
  const loose = facts.filter((fact) => !inStories.has(fact) && fact.at >= search.test.beganAt);
  const division = divideStories(stories, marks, loose);
  const own = inOrder([...division.own.flatMap((story) => story.facts), ...loose]);
  const others = [...new Set(division.others.flatMap((story) => story.facts))].filter((fact) => !own.includes(fact));
  const titleOf = (fact: Fact) => known.titles.get(eventIdOf(fact) ?? '');
  const evidence = { own, all: facts, awaited: known.awaited, events: known.events, titleOf, nameOf };
  const sure = inOrder([...division.sure.flatMap((story) => story.facts), ...division.loose]);
  const closest = search.heard.find((miss) => isOf(miss, sure)) ?? nearest;
  const isHeard = closest !== undefined && isOf(closest, own) && isOfKind(closest);
  const since = search.isRecord || excerpt.gap ? undefined : facts.filter(({ at }) => at >= search.test.beganAt);
  const isAlone = search.test.aloneSince < Number.POSITIVE_INFINITY;
  const cause = search.missed && !isHeard ? await findSurest(evidence, { sure, since, isAlone }) : undefined;
  // Of a letter of its own the facts tell already.
  const ids = new Set(own.map(eventIdOf));
  const foreign = search.letters.filter(({ event }) => typeof event === 'string' || !ids.has(event.id));
  const told = cause?.told ?? new Set();
  // The end of a delivery tells of its attempts.
  const ended = new Set(own.flatMap((fact) => (isEnd(fact) ? [fact.deliveryId] : [])));
  const bad = own.filter(
    (fact) => !told.has(fact) && !(fact.kind === 'delivery.attempted' && ended.has(fact.deliveryId)),
  );
  const counted = countOthers(others, foreign.length);
  const advice = await adviceOn(bad);
  return {
    moments: own.flatMap((fact) => momentOf(fact, titleOf(fact), nameOf)),
    findings: [
      ...(excerpt.gap ? [{ ok: false, text: describeGap(excerpt.gap) }] : []),
      ...publication(own, { ...known, isWhole: !excerpt.gap, nameOf, cause }, search),
      // An invocation of a function that stands in is told by its end.
      ...passedStandIns(own)
        .filter(({ via }) => via !== 'invocation')
        .map((fact) => ({ ok: false, text: wordsOf(fact, titleOf(fact), nameOf).sentence })),
      ...passedOver(own, told, nameOf),
      ...unique(bad.flatMap((fact) => findingOf(fact, { title: titleOf(fact), nameOf, advice }))),
      ...(await ruleFindings(bad, known.events, nameOf)),
      ...(counted === undefined ? [] : [{ ok: undefined, text: `not about this event: ${counted}` }]),
    ],
    ...(cause && { cause }),
    ...(closest && { closest }),
    ...placeOf(own, { awaited: known.awaited, closest, told }),
  };
}

/**
 * The event that was awaited, else the one that came nearest, else the cause's; without any, the run behind a stream
 * that is at fault, else the last request, execution or run.
 */
function placeOf(
  own: readonly Fact[],
  { awaited, closest, told }: Pick<Published, 'awaited'> & { closest: NearMiss | undefined; told: ReadonlySet<Fact> },
): Pick<JournalFindings, 'place'> {
  const published = own.flatMap((fact) => (fact.kind === 'event.accepted' ? [fact.eventId] : []));
  const message = closest?.received.message;
  const nearest = typeof message === 'object' ? message.id : undefined;
  const id =
    published.find((one) => awaited.has(one)) ??
    published.find((one) => one === nearest) ??
    [...told].map(eventIdOf).find((one) => one !== undefined && published.includes(one)) ??
    published.at(-1);
  if (id !== undefined) return { place: { page: 'event', id } };
  const runs = new Set([...told].flatMap((fact) => (fact.kind === 'function.finished' ? [fact.invocationId] : [])));
  // The road of a request does not lead over a stream.
  const run = own.find((fact) => isReading(fact) && runs.has(fact.invocationId));
  const begun =
    run ??
    own.findLast((fact) => fact.kind === 'request.received') ??
    own.findLast((fact) => fact.kind === 'execution.started') ??
    own.findLast((fact) => fact.kind === 'function.invoked');
  const begunId = begun && rowOf(begun);
  return begunId === undefined ? {} : { place: { page: 'request', id: begunId } };
}

/** By which id the console knows what a fact begins. */
function rowOf(fact: Fact): string | undefined {
  if (fact.kind === 'request.received') return fact.requestId;
  if (fact.kind === 'execution.started') return fact.executionArn;
  return fact.kind === 'function.invoked' ? fact.invocationId : undefined;
}

/** Whether what was heard is an event of these facts. */
function isOf({ received: { message } }: NearMiss, facts: readonly Fact[]): boolean {
  return typeof message !== 'string' && facts.some((fact) => eventIdOf(fact) === message.id);
}

/**
 * Whether what was heard is what was awaited, and differs in its content alone: then nothing kept it from coming. What
 * it is, its type says; where none was named, its source.
 */
function isOfKind({ findings, passed }: NearMiss): boolean {
  const kind = findings.find(({ path }) => path === 'detail-type') ?? findings.find(({ path }) => path === 'source');
  return passed > 0 && (kind === undefined || kind.closeness >= SAME_BUT_FOR_CASE);
}

/** Facts of which something can be said for sure. */
interface Certain {
  /** Of the test's own stories. */
  readonly sure: readonly Fact[];
  /** All since the test began; undefined where one may be missing, or what is heard are no events. */
  readonly since: readonly Fact[] | undefined;
  /** No other test ran in this process. */
  readonly isAlone: boolean;
}

/** The culprit in what is surely the test's, else in what may be; that there was nothing is sure, too. */
async function findSurest(evidence: Evidence, { sure, since, isAlone }: Certain): Promise<FoundCause | undefined> {
  const { nameOf, own } = evidence;
  // Something of its own may have gone on where nothing leads.
  const isSilent = since && sure.length > 0 && !mayGoOn(sure, isAlone ? [...own, ...since] : own);
  const found = (await findCause({ ...evidence, own: sure })) ?? (isSilent ? silenceCause(sure, nameOf) : undefined);
  if (found) return { ...found, isSure: true };
  const possible = await findCause(evidence);
  if (possible) return { ...possible, isSure: false };
  const silence = since && silenceCause(since, nameOf);
  return silence && { ...silence, isSure: true };
}

/** Where there is no journal: the letters that are about the awaited event, and how many are not. */
function letterFindings({ letters, missed }: Search): Checked[] {
  const about = letters.filter(({ event }) => missed?.matches(event) ?? false);
  const counted = countOthers([], letters.length - about.length);
  return [
    ...about.map(({ text }) => ({ ok: false, text })),
    ...(counted === undefined ? [] : [{ ok: undefined, text: `not about this event: ${counted}` }]),
  ];
}

/** The events that were published. */
interface Published {
  readonly titles: ReadonlyMap<string, string>;
  readonly events: ReadonlyMap<string, Message>;
  /** Ids of those that meet the expectation. */
  readonly awaited: ReadonlySet<string>;
}

function eventsOf(facts: readonly Fact[], missed: Expectation | undefined): Published {
  const accepted = facts.filter((fact) => fact.kind === 'event.accepted');
  const events = new Map(accepted.map((fact) => [fact.eventId, parseMessage(fact.event)]));
  return {
    titles: new Map(accepted.map((fact) => [fact.eventId, `${fact.detailType} from ${fact.source}`])),
    events,
    awaited: new Set([...events].flatMap(([id, event]) => (missed?.matches(event) ? [id] : []))),
  };
}

function inOrder(facts: readonly Fact[]): Fact[] {
  return [...new Set(facts)].sort((one, other) => one.seq - other.seq);
}

function isEnd(fact: Fact): fact is FactOf<'delivery.dead-lettered' | 'delivery.dropped'> {
  return fact.kind === 'delivery.dead-lettered' || fact.kind === 'delivery.dropped';
}

/** Whether the awaited event was published at all, and where its road ended. */
function publication(
  own: readonly Fact[],
  known: Published & { readonly isWhole: boolean; readonly nameOf: NameOf; readonly cause: FoundCause | undefined },
  { missed, isRecord, route }: Search,
): Checked[] {
  const { awaited, titles, isWhole, nameOf, cause } = known;
  if (!missed || isRecord || cause?.isSure) return [];
  if (awaited.size === 0) {
    if (!isWhole) return [];
    const count = own.filter(({ kind }) => kind === 'event.accepted').length;
    // What went to a bus that does not exist was published; its own fact says where to.
    if (count === 0 && own.some(({ kind }) => kind === 'bus.missing')) return [];
    const text =
      count === 0
        ? 'no event at all was published to a bus'
        : count === 1
          ? '1 event was published; it is not what was expected'
          : `${count} events were published; none of them is what was expected`;
    return [{ ok: false, text }];
  }
  const accepted = own.find((fact) => fact.kind === 'event.accepted' && awaited.has(fact.eventId));
  if (accepted?.kind !== 'event.accepted') return [];
  const targets = own.flatMap((fact) =>
    fact.kind === 'delivery.attempted' && fact.outcome === 'delivered' && fact.eventId === accepted.eventId
      ? [nameOf(fact.targetArn)]
      : [],
  );
  // Other findings say why no target has it.
  if (targets.length === 0) return [];
  const what = `${titles.get(accepted.eventId)} was put on bus ${accepted.bus}`;
  const names = [...new Set(targets)].join(', ');
  return [{ ok: false, text: `${what} and delivered to ${names}, but not to ${route}, which this test hears` }];
}

/** Of events that no rule took, what each rule wanted. */
async function ruleFindings(
  facts: readonly Fact[],
  events: ReadonlyMap<string, Message>,
  nameOf: NameOf,
): Promise<Checked[]> {
  const unmatched = facts.filter((fact) => fact.kind === 'event.unmatched').slice(0, 3);
  const lists = unmatched.map(async ({ bus, eventId }) => {
    const event = events.get(eventId);
    const rules = event === undefined ? [] : await explainRules(bus, event, nameOf);
    return rules.slice(0, 5).map(({ text }) => ({ ok: false, text }));
  });
  return (await Promise.all(lists)).flat();
}

function momentOf(fact: Fact, title: string | undefined, nameOf: NameOf): Moment[] {
  const { stop, tone, sentence } = wordsOf(fact, title, nameOf);
  const { isMoment, isFinding } = ON_THE_PAGE[stop];
  return isMoment && !(isFinding && tone === 'bad') ? [{ at: fact.at, text: sentence }] : [];
}

function findingOf(fact: Fact, { title, nameOf, advice }: FindingWords): string[] {
  const { stop, tone, sentence } = wordsOf(fact, title, nameOf);
  return ON_THE_PAGE[stop].isFinding && tone === 'bad' ? [`${sentence}${advice(fact)}`] : [];
}

interface FindingWords {
  readonly title: string | undefined;
  readonly nameOf: NameOf;
  readonly advice: (fact: Fact) => string;
}

const NOTHING = { isMoment: false, isFinding: false };
const MOMENT = { isMoment: true, isFinding: false };
const FINDING = { isMoment: false, isFinding: true };

/** Which facts stand on the timeline, and which are findings when they are bad news. */
const ON_THE_PAGE: Readonly<Record<Stop, { readonly isMoment: boolean; readonly isFinding: boolean }>> = {
  request: MOMENT,
  answer: MOMENT,
  PutEvents: { isMoment: true, isFinding: true },
  clock: MOMENT,
  access: FINDING,
  refused: FINDING,
  function: FINDING,
  // Told of separately: they are no bad news.
  'stand-in': NOTHING,
  bus: FINDING,
  rule: FINDING,
  input: NOTHING,
  attempt: FINDING,
  'dead letter': FINDING,
  notification: FINDING,
  schedule: FINDING,
  pipe: FINDING,
  stream: FINDING,
  table: MOMENT,
  execution: FINDING,
  state: FINDING,
  'topic item': FINDING,
  webhook: FINDING,
  fault: FINDING,
  // What a page says of items, it knows from its own session.
  received: NOTHING,
  subscription: NOTHING,
  call: NOTHING,
  log: NOTHING,
  stack: NOTHING,
  journal: NOTHING,
  node: NOTHING,
  warning: NOTHING,
};

function eventIdOf(fact: Fact): string | undefined {
  return 'eventId' in fact ? fact.eventId : undefined;
}

/** What filters of a stream's reader did not let through: often meant so, and no bad news. */
function passedOver(own: readonly Fact[], told: ReadonlySet<Fact>, nameOf: NameOf): Checked[] {
  const filtered = own.filter((fact) => fact.kind === 'records.filtered' && !told.has(fact));
  return unique(filtered.map((fact) => wordsOf(fact, undefined, nameOf).sentence)).map(({ text }) => ({
    ok: undefined,
    text,
  }));
}

/** Repeated findings (a retried delivery) become one, with a count. */
function unique(texts: readonly string[]): Checked[] {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].map(([text, count]) => ({ ok: false, text: count === 1 ? text : `${text} (${count} times)` }));
}

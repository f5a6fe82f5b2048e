// From the local cloud's facts to what a person wants to know when an event did not arrive: where on the road it
// stopped. Every fact that is bad news becomes a finding; an event that was published and meets the expectation is
// followed to its end.
import type { Fact } from '@earwitness/protocol/internal/journal/fact';
import { type Stop, wordsOf } from '@earwitness/protocol/internal/journal/words';
import { type Message, parseMessage } from '../../event.ts';
import type { Expectation } from '../../expectation/expectation.ts';
import { describeGap, type JournalExcerpt } from '../../hearing/journal-excerpt.ts';
import { explainRules } from '../rules.ts';
import type { Moment } from '../timeline.ts';
import { withoutCanaries } from './canaries.ts';
import { passedStandIns } from './stand-ins.ts';

/** A thing that was checked: fine, or worth a look. */
export interface Checked {
  readonly ok: boolean;
  readonly text: string;
}

/** What the journal adds to a page. */
export interface JournalFindings {
  readonly moments: readonly Moment[];
  readonly findings: readonly Checked[];
}

/**
 * Reads the facts, and looks for an event that was `missed` among them. Without a journal there are no findings. When
 * the journal has dropped facts, no finding says that something did not happen.
 */
export async function findInJournal(
  excerpt: JournalExcerpt | undefined,
  missed?: Expectation,
): Promise<JournalFindings> {
  if (!excerpt) return { moments: [], findings: [] };
  const facts = withoutCanaries(excerpt.facts);
  const types = new Map<string, string>();
  const events = new Map<string, Message>();
  const unmatched: Extract<Fact, { kind: 'event.unmatched' }>[] = [];
  const awaited = new Set<string>();
  const moments: Moment[] = [];
  const findings: Checked[] = [];
  for (const fact of facts) {
    if (fact.kind === 'event.accepted') {
      types.set(fact.eventId, `${fact.detailType} from ${fact.source}`);
      const message = parseMessage(fact.event);
      events.set(fact.eventId, message);
      if (missed?.matches(message)) awaited.add(fact.eventId);
    }
    const { stop, tone, sentence } = wordsOf(fact, types.get(eventIdOf(fact) ?? ''));
    const { isMoment, isFinding } = ON_THE_PAGE[stop];
    if (isFinding && tone === 'bad') findings.push({ ok: false, text: `${sentence}${adviceOn(fact)}` });
    else if (isMoment) moments.push({ at: fact.at, text: sentence });
    if (fact.kind === 'event.unmatched') unmatched.push(fact);
  }
  for (const { bus, eventId } of unmatched.slice(0, 3)) {
    const event = events.get(eventId);
    const lines = event === undefined ? [] : await explainRules(bus, event);
    findings.push(...lines.map((text) => ({ ok: false, text })));
  }
  // An invocation of a function that stands in is told by its end.
  const passed = passedStandIns(facts)
    .filter(({ via }) => via !== 'invocation')
    .map((fact) => ({ ok: false, text: wordsOf(fact, types.get(eventIdOf(fact) ?? '')).sentence }));
  const gap = excerpt.gap ? [{ ok: false, text: describeGap(excerpt.gap) }] : [];
  const published = missed ? publication(facts, awaited, types) : [];
  const known = excerpt.gap && awaited.size === 0 ? [] : published;
  return { moments, findings: [...gap, ...known, ...passed, ...unique(findings)] };
}

/** Whether the awaited event was published at all, and where its road ended. */
function publication(
  facts: readonly Fact[],
  awaited: ReadonlySet<string>,
  types: ReadonlyMap<string, string>,
): Checked[] {
  if (awaited.size === 0) {
    const count = facts.filter(({ kind }) => kind === 'event.accepted').length;
    if (count === 0) {
      // What went to a bus that does not exist was published; its own fact says where to.
      if (facts.some(({ kind }) => kind === 'bus.missing')) return [];
      return [{ ok: false, text: 'no event at all was published to a bus' }];
    }
    const text =
      count === 1
        ? '1 event was published; it is not what was expected'
        : `${count} events were published; none of them is what was expected`;
    return [{ ok: false, text }];
  }
  const [id] = awaited;
  const accepted = facts.find((fact) => fact.kind === 'event.accepted' && fact.eventId === id);
  if (accepted?.kind !== 'event.accepted') return [];
  const targets = facts.flatMap((fact) =>
    fact.kind === 'delivery.attempted' && fact.outcome === 'delivered' && fact.eventId === id ? [fact.targetArn] : [],
  );
  // Other findings say why no target has it.
  if (targets.length === 0) return [];
  const names = [...new Set(targets.map(resourceName))].join(', ');
  const what = `${types.get(accepted.eventId)} was put on bus ${accepted.bus}`;
  return [{ ok: false, text: `${what} and delivered to ${names}, but not to the topic that this test hears` }];
}

/** `arn:aws:events:…:api-destination/orders/1f0e…` → `orders` */
function resourceName(arn: string): string {
  const [first = '', second = first] = arn.slice(arn.lastIndexOf(':') + 1).split('/');
  return second;
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
  attempt: FINDING,
  'dead letter': FINDING,
  'topic item': FINDING,
  fault: FINDING,
  // What a page says of items, it knows from its own session.
  received: NOTHING,
  subscription: NOTHING,
  call: NOTHING,
  log: NOTHING,
  stack: NOTHING,
  journal: NOTHING,
  warning: NOTHING,
};

/** What to do about a fact, where the command line has something for it. */
function adviceOn(fact: Fact): string {
  return fact.kind === 'event.unmatched' && fact.rules === 0 ? `: ${relayFor(fact.bus)}` : '';
}

/**
 * How to hear a bus that has no rule. `--relay` alone takes the buses of stacks; `default` only when they make none.
 */
function relayFor(bus: string): string {
  return bus === 'default'
    ? '--relay=default makes its events heard'
    : "--relay makes the events of your stacks' buses heard";
}

function eventIdOf(fact: Fact): string | undefined {
  return 'eventId' in fact ? fact.eventId : undefined;
}

/** Repeated findings (a retried delivery) become one, with a count. */
function unique(findings: readonly Checked[]): Checked[] {
  const counts = new Map<string, number>();
  for (const { text } of findings) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].map(([text, count]) => ({ ok: false, text: count === 1 ? text : `${text} (${count} times)` }));
}

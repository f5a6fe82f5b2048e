// Prints each event's journey as it comes to rest: hop by hop, with times, cut to the terminal's width.
import type { Fact } from '@earwitness/protocol/internal/journal/fact';
import { eventIdIn, type Hop, journeyOf, rootOf } from '@earwitness/protocol/internal/journal/journey';
import { cut } from '@earwitness/protocol/internal/text/cut';
import { showControls } from '@earwitness/protocol/internal/text/show-controls';
import { type Line, line } from '../printing/line.ts';
import type { Paint } from '../printing/paint.ts';

/** Ours: facts that the printer keeps to tell a journey from. One journey has about ten. */
const KEPT_FACTS = 5_000;

export interface JourneyPrinter {
  /** Takes the next fact; prints the journeys that it brings to rest. */
  take(fact: Fact): void;
}

export interface JourneyPrinterOptions {
  readonly print: (...lines: readonly Line[]) => void;
  readonly paint: Paint;
  /** Width in columns to which lines are cut. */
  readonly columns: number;
  /** A topic (`cache/topic`) that somebody listens to all the time, though a long poll opens and closes its subscription. */
  readonly heard?: string;
}

/** What still has to happen before an event's journey can be told. */
interface Pending {
  open: number;
  /** The item has been published and a subscription is there, but has not received it yet. */
  expectsReceipt: boolean;
  /** The request that caused the event has not been answered yet. */
  answered: boolean;
  readonly title: string;
}

export function createJourneyPrinter(options: JourneyPrinterOptions): JourneyPrinter {
  let facts: Fact[] = [];
  const subscriptions = new Map<string, number>();
  const pending = new Map<string, Pending>();
  const receipts = new Map<string, string>();
  const requests = new Map<string, string[]>();
  const openRequests = new Set<string>();

  const settle = (eventId: string) => {
    const state = pending.get(eventId);
    if (!state || state.open > 0 || state.expectsReceipt || !state.answered) return;
    pending.delete(eventId);
    options.print(...renderJourney(state.title, journeyOf(facts, eventId), options));
  };

  const count = (topic: string, by: number) => subscriptions.set(topic, (subscriptions.get(topic) ?? 0) + by);
  const isHeard = (topic: string) => topic === options.heard || (subscriptions.get(topic) ?? 0) > 0;

  const change = (eventId: string | undefined, apply: (state: Pending) => void) => {
    const state = eventId === undefined ? undefined : pending.get(eventId);
    if (eventId === undefined || !state) return;
    apply(state);
    settle(eventId);
  };

  return {
    take(fact) {
      facts.push(fact);
      if (facts.length > KEPT_FACTS) facts = facts.slice(KEPT_FACTS / 5);
      switch (fact.kind) {
        case 'request.received':
          openRequests.add(fact.traceId);
          break;
        case 'request.answered': {
          openRequests.delete(fact.traceId);
          for (const eventId of requests.get(fact.traceId) ?? []) change(eventId, (state) => (state.answered = true));
          requests.delete(fact.traceId);
          break;
        }
        case 'event.accepted': {
          const trace = rootOf(fact.traceId);
          const root = [...openRequests].find((traceId) => rootOf(traceId) === trace);
          pending.set(fact.eventId, {
            open: 0,
            expectsReceipt: false,
            answered: root === undefined,
            title: `${fact.detailType} from ${fact.source}`,
          });
          if (root !== undefined) requests.set(root, [...(requests.get(root) ?? []), fact.eventId]);
          break;
        }
        case 'rule.matched':
          change(fact.eventId, (state) => (state.open += fact.targets));
          break;
        case 'bus.missing':
        case 'event.unmatched':
          settle(fact.eventId);
          break;
        case 'delivery.attempted':
          if (fact.outcome === 'delivered') change(fact.eventId, (state) => state.open--);
          break;
        case 'delivery.dead-lettered':
        case 'delivery.dropped':
          change(fact.eventId, (state) => state.open--);
          break;
        case 'topic.published': {
          const eventId = eventIdIn(fact.text);
          if (eventId === undefined || !isHeard(`${fact.cache}/${fact.topic}`)) break;
          receipts.set(`${fact.cache}/${fact.topic}#${fact.sequencePage}.${fact.sequenceNumber}`, eventId);
          change(eventId, (state) => (state.expectsReceipt = true));
          break;
        }
        case 'subscription.received': {
          const key = `${fact.cache}/${fact.topic}#${fact.sequencePage}.${fact.sequenceNumber}`;
          const eventId = receipts.get(key);
          receipts.delete(key);
          change(eventId, (state) => (state.expectsReceipt = false));
          break;
        }
        case 'subscription.opened':
          count(`${fact.cache}/${fact.topic}`, 1);
          break;
        case 'subscription.closed':
          count(`${fact.cache}/${fact.topic}`, -1);
          break;
        default:
      }
    },
  };
}

/** A journey: a title with the whole time, then a line a hop, then an empty one. */
export function renderJourney(
  title: string,
  hops: readonly Hop[],
  { paint, columns }: Pick<JourneyPrinterOptions, 'paint' | 'columns'>,
): Line[] {
  const first = hops[0]?.at ?? 0;
  const last = hops.at(-1)?.at ?? first;
  const total = `${(last - first).toFixed(1)} ms`;
  const lines = hops.map((hop) => {
    const time = (hop.at - first).toFixed(1).padStart(8);
    const text = cut(hop.text, columns - 26);
    return line`${paint.dim(time)}  ${hop.stop.padEnd(12)}  ${hop.ok ? text : paint.red(text)}`;
  });
  const heading = cut(showControls(title), columns - total.length - 5);
  return [line`  ${paint.bold(heading)}  ${paint.dim(total)}`, ...lines, line``];
}

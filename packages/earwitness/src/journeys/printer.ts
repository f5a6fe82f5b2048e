// Prints each event's journey as it comes to rest: hop by hop, with times, cut to the terminal's width. Only what is
// printed is made into text, and no more is printed at a time than a person can read: of the rest, how many events
// there were, and how many of them met a failure.
import type { Fact } from '@earwitness/protocol/internal/journal/fact';
import { type Hop, journeyOf } from '@earwitness/protocol/internal/journal/journey';
import { cut } from '@earwitness/protocol/internal/text/cut';
import { showControls } from '@earwitness/protocol/internal/text/show-controls';
import type { Clock } from '../hearing/clock.ts';
import { type Line, line } from '../printing/line.ts';
import type { Paint } from '../printing/paint.ts';
import { type Journey, Journeys, type JourneysListener } from './journeys.ts';
import { Notices } from './notices.ts';
import { Throttle } from './throttle.ts';

/**
 * Ours: journeys of each kind that are printed in a second. Each is a write to the terminal, which costs more than all
 * that leads to it.
 */
const JOURNEYS_PER_SECOND = 20;

export interface JourneyPrinter {
  /** Takes the next fact; prints the journeys that it brings to rest, or the fact when it is bad news of no event. */
  take(fact: Fact): void;
  /** Takes a fact of the past: nothing is printed for it, unless a later fact completes its journey. */
  takePast(fact: Fact): void;
  /** Prints what is still held back. */
  close(): void;
}

export interface JourneyPrinterOptions {
  readonly print: (...lines: readonly Line[]) => void;
  readonly paint: Paint;
  readonly clock: Clock;
  /** Width in columns to which lines are cut. */
  readonly columns: number;
  /** Journeys of each kind in a second. Default 20; `Infinity` prints all. */
  readonly mostPerSecond?: number;
  /** The command that shows the others. */
  readonly showAll: string;
}

/** Kinds are limited separately, so that a failed journey is printed among any number of others. */
type Kind = 'failed' | 'unmatched' | 'ordinary' | 'under way';

export function createJourneyPrinter(options: JourneyPrinterOptions): JourneyPrinter {
  const { print, paint, clock, showAll, mostPerSecond = JOURNEYS_PER_SECOND } = options;
  let isPast = false;
  const throttle = new Throttle<Kind>({
    clock,
    limit: mostPerSecond,
    onWindowEnd: (heldBack) => print(...renderHeldBack(heldBack, { paint, showAll })),
  });
  const listener: JourneysListener = {
    ended(journey) {
      if (isPast || !throttle.letThrough(kindOf(journey))) return;
      const facts = [...(journey.trace?.facts ?? []), ...journey.facts].sort((a, b) => a.seq - b.seq);
      print(...renderJourney(journey.title, journeyOf(facts, journey.eventId), options));
    },
    dropped() {
      if (!isPast) throttle.holdBack('under way');
    },
  };
  const journeys = new Journeys(listener, clock);
  const notices = new Notices(paint);
  return {
    take(fact) {
      if (!journeys.take(fact)) print(...notices.take(fact));
    },
    takePast(fact) {
      isPast = true;
      journeys.take(fact);
      isPast = false;
    },
    close() {
      journeys.close();
      throttle.end();
    },
  };
}

function kindOf({ failed, unmatched, trace }: Journey): Kind {
  if (failed || trace?.failed) return 'failed';
  return unmatched ? 'unmatched' : 'ordinary';
}

/** What was not printed: `… and 1,234 more events (17 with failures, 3 matched by no rule); …`. */
function renderHeldBack(
  counts: ReadonlyMap<Kind, number>,
  { paint, showAll }: Pick<JourneyPrinterOptions, 'paint' | 'showAll'>,
): Line[] {
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const part = (kind: Kind, text: string) => {
    const count = counts.get(kind);
    return count === undefined ? [] : [`${grouped(count)} ${text}`];
  };
  const failed = part('failed', 'with failures').map((text) => line`${paint.red(text)}`);
  const others = [...part('unmatched', 'matched by no rule'), ...part('under way', 'still under way')];
  const parts = [...failed, ...others.map((text) => line`${text}`)];
  const listed = parts.reduce((before, one, index) => line`${before}${index === 0 ? ' (' : ', '}${one}`, line``);
  const [events, them] = all === 1 ? ['event', 'it'] : ['events', 'them'];
  const end = parts.length === 0 ? '' : ')';
  return [line`  … and ${grouped(all)} more ${events}${listed}${end}; \`${showAll}\` shows ${them}`, line``];
}

function grouped(count: number): string {
  return count.toLocaleString('en');
}

/** A journey: a title with the whole time, then a line a hop, then an empty one. */
function renderJourney(
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

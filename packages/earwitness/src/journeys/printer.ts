// Prints each event's journey as it comes to rest, and requests and invocations that failed: hop by hop, with times, on
// lines of the terminal's width. What went well without an event is a line. Only what is printed is made into text, and
// no more is printed at a time than a person can read: of the rest, how many journeys there were, and how many of them
// met a failure.
import type { Fact } from '@earwitness/protocol/internal/journal/fact';
import { hopsOf, journeyOf } from '@earwitness/protocol/internal/journal/journey';
import { createNames } from '@earwitness/protocol/internal/journal/names';
import type { Clock } from '../hearing/clock.ts';
import { type Line, line } from '../printing/line.ts';
import type { Paint } from '../printing/paint.ts';
import type { Journey, JourneysListener } from './journey.ts';
import { Journeys } from './journeys.ts';
import { Notices } from './notices.ts';
import { renderBrief, renderJourney, renderOutput } from './render.ts';
import { Throttle } from './throttle.ts';
import { factsOf, hasFailed, inBrief, inOrder, type Trace } from './traces.ts';

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
  /** Width of lines in columns. */
  readonly columns: number;
  /** The folder that paths of stacks are shown from. */
  readonly folder: string;
  /** Whether all output of functions is printed, as it comes. */
  readonly logs: boolean;
  /** Journeys of each kind in a second. Default 20; `Infinity` prints all. */
  readonly mostPerSecond?: number;
  /** The command that shows the others. */
  readonly showAll: string;
}

/** Kinds are limited separately, so that a failed journey is printed among any number of others. */
type Kind = 'failed' | 'unmatched' | 'ordinary' | 'brief' | 'under way';

export function createJourneyPrinter(options: JourneyPrinterOptions): JourneyPrinter {
  const { paint, clock, showAll, logs, mostPerSecond = JOURNEYS_PER_SECOND } = options;
  let isAfterBrief = false;
  /** Lines of their own, apart from a journey in one line before them. */
  const print = (...lines: readonly Line[]) => {
    if (lines.length === 0) return;
    options.print(...(isAfterBrief ? [line``] : []), ...lines);
    isAfterBrief = false;
  };
  let isPast = false;
  const nameOf = createNames();
  /** Traces whose failures were told in full: in the journeys of their other events they are a line each. */
  const told = new WeakSet<Trace>();
  const throttle = new Throttle<Kind>({
    clock,
    limit: mostPerSecond,
    onWindowEnd: (heldBack) => print(...renderHeldBack(heldBack, { paint, showAll })),
  });
  const listener: JourneysListener = {
    ended(journey) {
      if (
        isPast ||
        (isNoNews(journey) && mostPerSecond !== Number.POSITIVE_INFINITY) ||
        !throttle.letThrough(kindOf(journey))
      )
        return;
      if (journey.isBrief) {
        options.print(renderBrief(journey, nameOf, options));
        isAfterBrief = true;
        return;
      }
      const { title, trace, eventId, leftOut } = journey;
      const isFailed = kindOf(journey) === 'failed';
      const ofTrace = trace ? factsOf(trace) : [];
      const facts = inOrder([...(trace && told.has(trace) ? inBrief(ofTrace) : ofTrace), ...journey.facts]);
      if (trace && isFailed) told.add(trace);
      const hops = eventId === undefined ? hopsOf(facts, nameOf) : journeyOf(facts, eventId, nameOf);
      print(...renderJourney({ title, hops, failed: isFailed, ...(leftOut !== undefined && { leftOut }) }, options));
    },
    dropped() {
      if (!isPast) throttle.holdBack('under way');
    },
  };
  const journeys = new Journeys(listener, clock);
  const notices = new Notices(options);
  return {
    take(fact) {
      if (logs && fact.kind === 'function.log') print(...renderOutput(fact, nameOf, paint));
      if (!journeys.take(fact)) print(...notices.take(fact));
    },
    takePast(fact) {
      isPast = true;
      journeys.take(fact);
      journeys.settle();
      isPast = false;
    },
    close() {
      journeys.close();
      throttle.end();
    },
  };
}

/** Each change of an execution's status is an event, whether a rule wants it or not. `--all` shows them. */
function isNoNews({ failed, unmatched, facts: [first] }: Journey): boolean {
  return unmatched && !failed && first?.kind === 'event.accepted' && first.source === 'aws.states';
}

function kindOf({ failed, isBrief, unmatched, trace }: Journey): Kind {
  if (failed || (trace && hasFailed(trace))) return 'failed';
  if (isBrief) return 'brief';
  return unmatched ? 'unmatched' : 'ordinary';
}

/** What was not printed: `… and 1,234 more journeys (17 with failures, 3 matched by no rule); …`. */
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
  const others = [
    ...part('unmatched', 'matched by no rule'),
    ...part('brief', 'without an event'),
    ...part('under way', 'still under way'),
  ];
  const parts = [...failed, ...others.map((text) => line`${text}`)];
  const listed = parts.reduce((before, one, index) => line`${before}${index === 0 ? ' (' : ', '}${one}`, line``);
  const [journeys, them] = all === 1 ? ['journey', 'it'] : ['journeys', 'them'];
  const end = parts.length === 0 ? '' : ')';
  return [line`  … and ${grouped(all)} more ${journeys}${listed}${end}; \`${showAll}\` shows ${them}`, line``];
}

function grouped(count: number): string {
  return count.toLocaleString('en');
}

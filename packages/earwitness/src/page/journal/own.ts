// Which stories are a wait's own, among those of other tests. What began before the test is none. Of the rest, those
// that are surely the wait's: with an event that was awaited, or the value by which the expectation tells its event
// from others (an id, mostly); of a request that this process sent and got answered since the test began, or that is
// not answered yet. Where there is none of these (a browser acts, or a program beside), all that began since then.
import type { Fact } from '@earwitness/protocol/internal/journal/fact';
import { findOwnRequests } from '../../hearing/own-requests.ts';
import type { Story } from './stories.ts';

/** Stories of a test, and those of others. */
export interface Ownership {
  readonly own: readonly Story[];
  readonly others: readonly Story[];
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
  /** Ids of events that meet the expectation. */
  readonly awaited: ReadonlySet<string>;
  /** No fact since then is missing. */
  readonly isWhole: boolean;
  /** What tells the awaited event from others. */
  readonly value: string | number | boolean | null | undefined;
}

/** Ours: a shorter value stands in events by chance. */
const TELLING_CHARS = 4;

/** Divides the stories. */
export function divideStories(stories: readonly Story[], { beganAt, awaited, isWhole, value }: Marks): Ownership {
  const requests = findOwnRequests(beganAt);
  const recent = stories.filter(
    ({ facts: [first] }) => first !== undefined && first.at >= beganAt && (!isWhole || BEGINNINGS.has(first.kind)),
  );
  const told = JSON.stringify(value ?? '');
  const tells = String(value ?? '').length >= TELLING_CHARS;
  const isSure = ({ facts }: Story) =>
    facts.some((fact) => {
      if (fact.kind === 'event.accepted' && (awaited.has(fact.eventId) || (tells && fact.event.includes(told))))
        return true;
      if (fact.kind === 'request.received' && !isAnswered(facts, fact.requestId)) return true;
      return 'requestId' in fact && requests.has(fact.requestId);
    });
  const sure = recent.filter(isSure);
  const own = sure.length > 0 ? sure : recent;
  return { own, others: stories.filter((story) => !own.includes(story)) };
}

function isAnswered(facts: readonly Fact[], requestId: string): boolean {
  return facts.some((fact) => fact.kind === 'request.answered' && fact.requestId === requestId);
}

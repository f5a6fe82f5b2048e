// Where a road goes on, or came from, though no trace connects the two: an event that a state, or a function behind a
// stream, put.
import type { Mark } from '@earwitness/protocol/internal/journal/road/marks';
import { memory } from '../journal/live.ts';
import type { Row } from '../journal/row.ts';

/** Ours: events of one call that are linked. */
const MOST_LEADS = 10;

export interface Lead {
  readonly row: Row;
  /** Whether it brought about what it stands at. */
  readonly isCause: boolean;
}

export function leadsOf({ fact, at, until = at }: Mark): readonly Lead[] {
  switch (fact?.kind) {
    case 'event.accepted': {
      const cause = memory.find(fact.eventId)?.parent;
      const isTraced = cause?.kind !== 'execution' && fact.traceId !== undefined;
      return cause === undefined || isTraced ? [] : [{ row: cause, isCause: true }];
    }
    case 'function.invoked':
      return fact.traceId === undefined ? eventsOf(fact.invocationId, { at, until }) : [];
    case 'task.attempted':
      return /:putEvents/i.test(fact.resource) ? eventsOf(fact.executionArn, { at, until }) : [];
    default:
      return [];
  }
}

function eventsOf(id: string, { at, until }: { readonly at: number; readonly until: number }): readonly Lead[] {
  const cause = memory.find(id);
  if (cause === undefined) return [];
  // What a service tells of itself, nobody put.
  const isPut = ({ kind, parent, source, at: then }: Row) =>
    kind === 'event' && parent === cause && then >= at && then <= until && source?.startsWith('aws.') === false;
  return memory.rows
    .filter(isPut)
    .slice(0, MOST_LEADS)
    .map((row) => ({ row, isCause: false }));
}

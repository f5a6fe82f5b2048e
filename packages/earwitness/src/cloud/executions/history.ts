// The way an execution took, from its history.
import type { HistoryEvent } from '@aws-sdk/client-sfn';

/** What the history tells. */
export interface Course {
  /** Names of states, in the order in which they were entered; those of branches and iterations among them. */
  readonly path: readonly string[];
  /** The state that the execution failed in, or is in. */
  readonly last?: string;
  /** What that state waits for, where it has begun something: `TaskScheduled`. */
  readonly lastEvent?: string;
}

/** @param events in order */
export function courseOf(events: readonly HistoryEvent[]): Course {
  const path = events.flatMap(({ stateEnteredEventDetails: entered }) => (entered?.name ? [entered.name] : []));
  const byId = new Map(events.map((event) => [event.id, event]));
  const end = events.findLast(({ type }) => type !== undefined && !type.startsWith('Execution'));
  const last = end && stateOf(end, byId);
  return {
    path,
    ...(last !== undefined && { last }),
    ...(end?.type !== undefined && { lastEvent: end.type }),
  };
}

/** The state that an event belongs to: the last one that was entered on the way to it. */
function stateOf(event: HistoryEvent, byId: ReadonlyMap<number | undefined, HistoryEvent>): string | undefined {
  let at: HistoryEvent | undefined = event;
  while (at !== undefined) {
    if (at.stateEnteredEventDetails?.name) return at.stateEnteredEventDetails.name;
    const before: number | undefined = at.previousEventId;
    at = before === undefined || before === 0 ? undefined : byId.get(before);
  }
  return undefined;
}

// What the journal learns of a happening: which states were come to, what failed and what becomes of it, how the
// execution ended.
import type { HistoryEvent } from '@earwitness/protocol/internal/aws/models/stepfunctions.types';
import type { FactBody } from '@earwitness/protocol/internal/journal/fact';
import type { Execution } from '@earwitness/protocol/internal/states-language/interpreter/execution';
import type { Step } from '@earwitness/protocol/internal/states-language/interpreter/happening';

interface Failure {
  readonly error?: string;
  readonly cause?: string;
}

/** `before`: the execution that the happening happened to. */
export function factsOf(before: Execution, { execution, events }: Step, traceId?: string): FactBody[] {
  const { about } = execution;
  const ref = { executionArn: about.executionArn, ...(traceId !== undefined && { traceId }) };
  const stateAt = statesByEvent(before, events);
  const facts: FactBody[] = [];
  for (const event of events) {
    const { type, stateEnteredEventDetails: entered } = event;
    const state = stateAt.get(event.id);
    if (type === 'ExecutionStarted') facts.push({ kind: 'execution.started', ...ref, type: about.type });
    else if (type === 'ExecutionRedriven') facts.push({ kind: 'execution.redriven', ...ref });
    else if (entered) {
      facts.push({ kind: 'state.entered', ...ref, state: entered.name, type: type.replace('StateEntered', '') });
    } else if (type.startsWith('Execution')) {
      const end = endOf(execution);
      if (!end) continue;
      const isAt = end.status === 'FAILED' && state !== undefined;
      facts.push({ kind: 'execution.ended', ...ref, ...end, ...(isAt && { state }) });
    } else if (isFailure(type) && state !== undefined) {
      facts.push({
        kind: 'state.failed',
        ...ref,
        state,
        ...failureOf(event),
        next: nextOf({ execution, events }, state),
      });
    }
  }
  return facts;
}

/** Which state each event is of: that of the event it follows. */
function statesByEvent({ threads }: Execution, events: readonly HistoryEvent[]): ReadonlyMap<number, string> {
  const states = new Map(Object.values(threads).map(({ previousEventId, state }) => [previousEventId, state]));
  for (const { id, previousEventId = 0, stateEnteredEventDetails: entered } of events) {
    const state = entered?.name ?? states.get(previousEventId);
    if (state !== undefined) states.set(id, state);
  }
  return states;
}

/** Of a state's own failures: a Map and a Parallel fail with what failed in them. */
function isFailure(type: HistoryEvent['type']): boolean {
  return /(Failed|TimedOut)$/.test(type) && !/^(Map(State|Iteration)|Parallel|Execution)/.test(type);
}

function failureOf(event: HistoryEvent): Failure {
  const details = Object.entries(event).find(([name]) => name.endsWith('EventDetails'))?.[1];
  const { error, cause }: Failure = Object(details);
  return { ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
}

function nextOf({ execution, events }: Pick<Step, 'execution' | 'events'>, state: string) {
  const threads = Object.values(execution.threads);
  if (threads.some((thread) => thread.state === state && thread.waiting.kind === 'retry')) return 'tried again';
  return events.some(({ stateExitedEventDetails: exited }) => exited?.name === state) ? 'caught' : 'not caught';
}

function endOf({ status, about, stoppedAt = about.startedAt, failure }: Execution) {
  if (status === 'RUNNING') return undefined;
  const { error, cause } = failure ?? {};
  return {
    status,
    durationMs: stoppedAt - about.startedAt,
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
  };
}

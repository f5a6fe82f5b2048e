// What the journal learns of a happening: which states were come to, what failed and what becomes of it, how the
// execution ended.
import type { HistoryEvent } from '@earwitness/protocol/internal/aws/models/stepfunctions.types';
import type { FactBody } from '@earwitness/protocol/internal/journal/fact';
import type { Block, State, StateMachine } from '@earwitness/protocol/internal/states-language/definition/definition';
import type { Execution, Thread } from '@earwitness/protocol/internal/states-language/interpreter/execution';
import type { Step } from '@earwitness/protocol/internal/states-language/interpreter/happening';

interface Failure {
  readonly error?: string;
  readonly cause?: string;
}

/** The execution that the happening happened to, and its machine. */
interface Before {
  readonly machine: StateMachine;
  readonly execution: Execution;
}

export function factsOf({ machine, execution: before }: Before, step: Step, traceId?: string): FactBody[] {
  const { execution, events } = step;
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
      const wait = waitOf(step, event);
      facts.push({
        kind: 'state.entered',
        ...ref,
        state: entered.name,
        type: type.replace('StateEntered', ''),
        ...wait,
      });
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
        ...nextOf({ machine, execution: before }, step, { state, event }),
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

/** How long a Wait waits that was entered with this event. */
function waitOf({ execution, asks }: Step, { id, timestamp }: HistoryEvent): { readonly waitMs?: number } {
  const waiting = Object.values(execution.threads).find((one) => one.enteredEventId === id)?.waiting;
  if (waiting?.kind !== 'wait') return {};
  const waitMs = timeUntil(asks, waiting.wake, timestamp);
  return waitMs === undefined ? {} : { waitMs };
}

function timeUntil(asks: Step['asks'], wake: string, now: number): number | undefined {
  const ask = asks.find((one) => one.kind === 'wake' && one.wake === wake);
  return ask?.kind === 'wake' ? Math.max(0, ask.at - now) : undefined;
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

interface Failed {
  readonly state: string;
  readonly event: HistoryEvent;
}

function nextOf(before: Before, { execution, events, asks }: Step, { state, event }: Failed) {
  const thread = Object.values(execution.threads).find((one) => one.state === state && one.waiting.kind === 'retry');
  if (thread?.waiting.kind === 'retry') {
    const inMs = timeUntil(asks, thread.waiting.wake, event.timestamp);
    const retry = inMs !== undefined && { ...attemptOf(before, thread), inMs };
    return { next: 'tried again' as const, ...(retry && { retry }) };
  }
  const isCaught = events.some(({ stateExitedEventDetails: exited }) => exited?.name === state);
  return { next: isCaught ? ('caught' as const) : ('not caught' as const) };
}

/** The attempt that comes, and how many the retrier that took the failure allows. */
function attemptOf({ machine, execution: before }: Before, { id, block, state, retries, retryCount }: Thread) {
  const former = before.threads[id]?.retries ?? [];
  const used = retries.findIndex((count, index) => count > (former[index] ?? 0));
  const declared = stateIn(machine, block, state);
  const retrier = declared && 'Retry' in declared ? declared.Retry?.[used] : undefined;
  const more = (retrier?.MaxAttempts ?? DEFAULT_ATTEMPTS) - (retries[used] ?? 0);
  return { attempt: retryCount + 1, attempts: retryCount + 1 + Math.max(0, more) };
}

/** Source: Amazon States Language, "Retriers", MaxAttempts. */
const DEFAULT_ATTEMPTS = 3;

function stateIn(machine: StateMachine, block: Thread['block'], name: string): State | undefined {
  let at: unknown = machine;
  for (const step of block) at = Object(at)[step];
  return (at as Block | undefined)?.States[name];
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

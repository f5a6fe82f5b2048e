// The facts of executions of state machines in words.
import { cut } from '../text/cut.ts';
import type { FactOf } from './fact.ts';
import { machineOf, type NameOf } from './names.ts';

export type ExecutionFact = FactOf<
  'execution.started' | 'execution.redriven' | 'state.entered' | 'task.attempted' | 'state.failed' | 'execution.ended'
>;

/** As every fact's words are. */
interface Words {
  readonly stop: 'execution' | 'state';
  readonly tone: 'good' | 'bad' | 'plain';
  readonly label: string;
  readonly text: string;
  readonly sentence: string;
}

export function executionWords(fact: ExecutionFact, nameOf: NameOf): Words {
  const execution = executionName(fact.executionArn, nameOf);
  switch (fact.kind) {
    case 'execution.started':
      return words('execution', 'plain', { text: `${execution} started`, sentence: `execution ${execution} started` });
    case 'execution.redriven':
      return words('execution', 'plain', {
        text: `${execution} was redriven`,
        sentence: `execution ${execution} was redriven`,
      });
    case 'state.entered': {
      const wait = fact.waitMs === undefined ? '' : `, goes on ${whenIn(fact.waitMs)}`;
      const text = `${fact.state} (${fact.type}${wait})`;
      const sentence = `execution ${execution} came to state ${text}`;
      return { ...words('state', 'plain', { text, sentence }), label: fact.state };
    }
    case 'task.attempted':
      return taskWords(fact, execution, nameOf);
    case 'state.failed': {
      const why = reasonOf(fact);
      const retry = retryOf(fact);
      const text = `${fact.state} failed${why}; ${retry ?? fact.next}`;
      const next = retry === undefined ? `, and was ${fact.next}` : `; ${retry}`;
      const sentence = `state ${fact.state} of execution ${execution} failed${why}${next}`;
      // What its definition provides for is no bad news, and what ends the execution is told by its end.
      return { ...words('state', 'plain', { text, sentence }), label: `${fact.state} failed` };
    }
    case 'execution.ended': {
      const where = fact.state === undefined ? '' : ` at ${fact.state}`;
      const status = fact.status.toLowerCase().replace('_', ' ');
      const text = `${execution} ${status}${where}${reasonOf(fact)}`;
      const tone = fact.status === 'SUCCEEDED' ? 'good' : 'bad';
      return {
        ...words('execution', tone, { text, sentence: `execution ${text}` }),
        label: `${execution} ${status}`,
      };
    }
  }
}

function taskWords(fact: FactOf<'task.attempted'>, execution: string, nameOf: NameOf): Words {
  const how = fact.isMocked ? ', mocked' : '';
  const failure = fact.outcome === 'failed' ? reasonOf(fact) : '';
  const tries = fact.attempt === 1 ? '' : `, attempt ${fact.attempt}`;
  const outcome = fact.outcome === 'waits' ? `waits for ${awaitedBy(fact.resource)}` : fact.outcome;
  const called = resourceName(fact.resource, nameOf);
  const text = `${fact.state} ${outcome}${failure} (${called}${tries}${how})`;
  const sentence = `task ${fact.state} of execution ${execution} ${outcome}${failure} (${called}${tries}${how})`;
  // A failure is told by its state's own fact.
  const tone = fact.outcome === 'succeeded' ? 'good' : 'plain';
  return { ...words('state', tone, { text, sentence }), label: `${fact.state} ${outcome}` };
}

/** `attempt 2 of 4 comes in 60 s` */
function retryOf({ retry }: FactOf<'state.failed'>, passedMs = 0): string | undefined {
  return retry && `attempt ${retry.attempt} of ${retry.attempts} comes ${whenIn(retry.inMs - passedMs)}`;
}

/** What an execution's last fact leaves it at. */
export interface Rest {
  /** After the name of the state: `which failed: Busy; attempt 2 of 4 comes in 60 s`. */
  readonly text: string;
  /** By how much the clock is to be moved on, where time alone is awaited. */
  readonly ms?: number;
}

/** @param passedMs by how much the clock was moved on since */
export function restOf(fact: FactOf<'state.entered' | 'state.failed' | 'task.attempted'>, passedMs = 0): Rest {
  if (fact.kind === 'state.failed') {
    const text = `which failed${reasonOf(fact)}; ${retryOf(fact, passedMs) ?? `it was ${fact.next}`}`;
    return { text, ...(fact.retry && { ms: fact.retry.inMs - passedMs }) };
  }
  if (fact.kind === 'task.attempted') {
    return { text: fact.outcome === 'waits' ? `which waits for ${awaitedBy(fact.resource)}` : `which ${fact.outcome}` };
  }
  if (fact.waitMs === undefined) return { text: 'which has not ended yet' };
  const ms = fact.waitMs - passedMs;
  return { text: `which goes on ${whenIn(ms)}`, ms };
}

/** In the cloud's time, which does not pass by itself where a test froze it. */
function whenIn(ms: number): string {
  if (ms <= 0) return 'at once';
  if (ms < 1000) return `in ${ms} ms`;
  if (ms < 120_000) return `in ${rounded(ms / 1000)} s`;
  return ms < 3_600_000 ? `in ${rounded(ms / 60_000)} min` : `in ${rounded(ms / 3_600_000)} h`;
}

function rounded(amount: number): number {
  return Number(amount.toFixed(1));
}

/** What a task's result comes from that is still to come. */
function awaitedBy(resource: string): string {
  if (resource.endsWith('.waitForTaskToken')) return 'SendTaskSuccess or SendTaskFailure with its token';
  if (resource.includes(':activity:')) return 'a worker to take it (GetActivityTask) and to answer';
  return /\.sync(?::2)?$/.test(resource) ? 'the end of what it began' : 'its result';
}

function words(
  stop: Words['stop'],
  tone: Words['tone'],
  said: { readonly text: string; readonly sentence: string },
): Words {
  return { stop, tone, label: said.text, ...said };
}

function reasonOf({ error, cause }: { readonly error?: string; readonly cause?: string }): string {
  const said = [error, cause && messageIn(cause)].filter((one) => one !== undefined && one !== '');
  return said.length === 0 ? '' : `: ${said.join(': ')}`;
}

/** A cause in one line: of what a function failed with, `{"errorType", "errorMessage", "trace"}`, the message. */
function messageIn(cause: string): string {
  if (!cause.startsWith('{')) return cause;
  try {
    const { errorMessage } = JSON.parse(cause) as { readonly errorMessage?: unknown };
    return typeof errorMessage === 'string' ? errorMessage : cause;
  } catch {
    return cause;
  }
}

/** `lambda:invoke`, `function Charge`, `activity Check` */
function resourceName(resource: string, nameOf: NameOf): string {
  if (resource.startsWith('arn:aws:states:::')) return resource.slice('arn:aws:states:::'.length);
  if (resource.includes(':activity:')) return `activity ${nameOf(resource)}`;
  return resource.includes(':lambda:') ? `function ${nameOf(resource)}` : resource;
}

/** Ours: characters of an execution's name that are shown. */
const NAME_CHARS = 40;

/**
 * `arn:aws:states:eu-west-1:123456789012:execution:orders:one` → `orders/one`; of a name that a cloud made of UUIDs the
 * beginning.
 */
export function executionName(arn: string, nameOf: NameOf): string {
  const name = arn.split(':')[7] ?? '';
  const shown = /^[0-9a-f]{8}-[0-9a-f]{4}-/.test(name) ? `${name.slice(0, 8)}…` : cut(name, NAME_CHARS);
  return `${nameOf(machineOf(arn))}/${shown}`;
}

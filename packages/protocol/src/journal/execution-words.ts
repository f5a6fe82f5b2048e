// The facts of executions of state machines in words.
import { cut } from '../text/cut.ts';
import type { FactOf } from './fact.ts';
import { machineOf, type NameOf } from './names.ts';

type ExecutionFact = FactOf<
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
      const text = `${fact.state} (${fact.type})`;
      const sentence = `execution ${execution} came to state ${text}`;
      return { ...words('state', 'plain', { text, sentence }), label: fact.state };
    }
    case 'task.attempted':
      return taskWords(fact, execution);
    case 'state.failed': {
      const why = reasonOf(fact);
      const next = `${fact.next}${retryOf(fact)}`;
      const text = `${fact.state} failed${why}: ${next}`;
      const verb = fact.retry === undefined ? 'was' : 'is';
      const sentence = `state ${fact.state} of execution ${execution} failed${why}, and ${verb} ${next}`;
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

function taskWords(fact: FactOf<'task.attempted'>, execution: string): Words {
  const how = fact.isMocked ? ', mocked' : '';
  const failure = fact.outcome === 'failed' ? reasonOf(fact) : '';
  const tries = fact.attempt === 1 ? '' : `, attempt ${fact.attempt}`;
  const outcome = fact.outcome === 'waits' ? `waits for ${awaitedBy(fact.resource)}` : fact.outcome;
  const text = `${fact.state} ${outcome}${failure} (${fact.resource}${tries}${how})`;
  const sentence = `task ${fact.state} of execution ${execution} ${outcome}${failure} (${fact.resource}${tries}${how})`;
  // A failure is told by its state's own fact.
  const tone = fact.outcome === 'succeeded' ? 'good' : 'plain';
  return { ...words('state', tone, { text, sentence }), label: `${fact.state} ${outcome}` };
}

/** `, attempt 2 of 4, in 60 s` */
function retryOf({ at, retry }: FactOf<'state.failed'>): string {
  if (!retry) return '';
  return `, attempt ${retry.attempt} of ${retry.attempts}, ${whenIn(retry.at - at)}`;
}

/** In the cloud's time, which does not pass by itself where a test froze it. */
export function whenIn(ms: number): string {
  if (ms <= 0) return 'at once';
  if (ms < 1000) return `in ${ms} ms`;
  if (ms < 120_000) return `in ${rounded(ms / 1000)} s`;
  return ms < 7_200_000 ? `in ${rounded(ms / 60_000)} min` : `in ${rounded(ms / 3_600_000)} h`;
}

function rounded(amount: number): number {
  return Number(amount.toFixed(1));
}

/** What a task's result comes from that is still to come. */
export function awaitedBy(resource: string): string {
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

/** Ours: characters of an execution's name that are shown. EventBridge makes names of two UUIDs. */
const NAME_CHARS = 40;

/** `arn:aws:states:eu-west-1:123456789012:execution:orders:one` → `orders/one` */
function executionName(arn: string, nameOf: NameOf): string {
  return `${nameOf(machineOf(arn))}/${cut(arn.split(':')[7] ?? '', NAME_CHARS)}`;
}

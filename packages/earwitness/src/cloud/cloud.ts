// What a test does with the cloud it runs against, between its acts and its waits. Each verb is loaded when it is first
// called. What AWS has too goes through its SDK and works on both; what only a local cloud has throws NotLocalError on
// AWS. The table of docs/guide/state.md says which is which.
import type { CloudState } from '@earwitness/protocol/internal/admin/cloud-state';
import type { Fact } from '@earwitness/protocol/internal/journal/fact';
import { ConfigurationError } from '../errors.ts';
import { printValue } from '../expectation/print.ts';
import { demandLocal, localUrl, notLocal } from '../local-cloud.ts';
import { askLocal } from './admin.ts';
import type { TaskResults } from './executions/task-results.ts';
import type { Fault, FaultOptions, FaultRemover } from './fault.ts';
import type { Invocation } from './invocation.ts';
import { itemsOf, type TableItems } from './items/items.ts';
import type { JournalOptions, JournalPage } from './journal.ts';
import type { LogLine, LogOptions } from './log.ts';
import type { EventToSend, SentEvent } from './sending.ts';

/** What a test can do with the cloud it runs against. */
export interface Cloud {
  /**
   * Moves the local cloud's clock forward, and with it retries, schedules, hidden and delayed messages, retention.
   * Resolves with the cloud's time when what became due has been done.
   * @param ms 0 or more, not Infinity
   * @throws NotLocalError on AWS
   * @throws ConfigurationError for anything but such a number
   * @throws TransportError when the cloud does not answer or refuses
   * @example
   * await cloud.advance(24 * 3_600_000);
   */
  advance(ms: number): Promise<CloudTime>;
  /**
   * Forgets what earlier tests left in the local cloud, and keeps what is deployed: messages of queues, dead letters,
   * deliveries and invocations under way, archived events, logs, the journal. Parameters, secrets and the clock stay.
   * @throws NotLocalError on AWS
   * @throws TransportError when the cloud does not answer
   */
  purge(): Promise<void>;
  /**
   * Publishes one event: by PutEvents on AWS (with `@aws-sdk/client-eventbridge`), by the admin API on a local cloud,
   * which takes events of AWS services, too.
   * @throws NotLocalError on AWS for a source that begins with `aws.`
   * @throws TransportError when the event is refused, with the cloud's `code`
   * @throws ConfigurationError when the package is missing
   * @example
   * await cloud.send({ source: 'aws.s3', 'detail-type': 'Object Created', detail: { bucket: { name: 'uploads' } } });
   */
  send(event: EventToSend): Promise<SentEvent>;
  /**
   * Invokes a function and waits for its result, by Lambda's Invoke on both (with `@aws-sdk/client-lambda`).
   * @param name the function's name or ARN, or its logical id: `CreateOrder` on a local cloud where one stack has it,
   * `shop.CreateOrder` (with the stack) on both; on AWS this needs `@aws-sdk/client-cloudformation`
   * @param payload sent as JSON. Default `{}`
   * @throws InvocationError when the function fails
   * @throws TransportError when Lambda refuses, with its `code`
   * @throws ConfigurationError when no function has the name, or a package is missing
   * @example
   * const { payload } = await cloud.invoke('shop.CreateOrder', { name: 'a book' });
   */
  invoke(name: string, payload?: unknown): Promise<Invocation>;
  /**
   * Resolves with what a function has logged, oldest first, by FilterLogEvents on both (with
   * `@aws-sdk/client-cloudwatch-logs` and, on AWS, `@aws-sdk/client-lambda`). There a line takes some seconds to come.
   * @param name as of `invoke`
   * @throws TransportError when AWS refuses, with its `code`
   * @throws ConfigurationError when no function has the name, or a package is missing
   */
  logs(name: string, options?: LogOptions): Promise<readonly LogLine[]>;
  /**
   * The items of a DynamoDB table: put before a test acts, looked at and awaited after it, by DynamoDB's own API on
   * both (with `@aws-sdk/client-dynamodb` and `@aws-sdk/lib-dynamodb`).
   * @param table the table's name or ARN, or its logical id: `Orders` on a local cloud where one stack has it,
   * `shop.Orders` (with the stack) on both; on AWS this needs `@aws-sdk/client-cloudformation`
   * @example
   * const orders = cloud.items('shop.Orders');
   * await orders.put({ id: 'o-1', state: 'PLACED' });
   * await orders.waitFor({ id: 'o-1', state: 'PAID' });
   */
  items(table: string): TableItems;
  /**
   * Says what tasks of a state machine answer from now on instead of being called: as AWS's own local Step Functions
   * does with its mock configuration file. A machine's results take the place of those before; `{}` takes them away,
   * and so does `purge()`. Needs `@aws-sdk/client-sfn`.
   * @param stateMachine as of `execution()`
   * @param results by the state's name: `{ Return }` or `{ Throw: { Error, Cause } }` for every call, or a list with
   * one for each call of an execution, in order; a call more fails its task
   * @throws NotLocalError on AWS
   * @throws TransportError when the results are refused
   * @throws ConfigurationError when no state machine has the name, or the package is missing
   * @example
   * await cloud.mockTasks('OrderFlow', { Charge: [{ Throw: { Error: 'Busy' } }, { Return: { paid: true } }] });
   */
  mockTasks(stateMachine: string, results: TaskResults): Promise<void>;
  /**
   * Breaks a destination of the local cloud: whoever calls it, a rule or a function, gets the fault in place of the
   * destination. The journal says that it was injected; `purge()` takes it away.
   * @param target an API destination, a queue, a function or an SNS topic, by name, ARN, URL or logical id
   * @param fault `{ status: 503 }`, `{ delayMs: 2000 }` by the cloud's clock, or `'refused'`
   * @returns what takes the fault away
   * @throws NotLocalError on AWS
   * @throws TransportError when nothing has the name, or the fault is none
   * @example
   * await cloud.fault('Partner', { status: 503 }, { times: 2 });
   */
  fault(target: string, fault: Fault, options?: FaultOptions): Promise<FaultRemover>;
  /**
   * Resolves with what happened in the local cloud, fact by fact, oldest first.
   * @throws NotLocalError on AWS
   * @throws ConfigurationError for a `kind` that no fact is of
   * @throws TransportError when the cloud does not answer
   * @example
   * const { facts } = await cloud.journal({ kind: 'delivery.attempted' });
   */
  journal<Kind extends Fact['kind'] = Fact['kind']>(options?: JournalOptions<Kind>): Promise<JournalPage<Kind>>;
  /**
   * Resolves with what there is in the local cloud: its time, stacks with their resources, buses, queues with their
   * numbers of messages, functions.
   * @throws NotLocalError on AWS
   * @throws TransportError when the cloud does not answer
   */
  state(): Promise<CloudState>;
}

/** When it is in a cloud. */
export interface CloudTime {
  /** Epoch milliseconds. */
  readonly now: number;
}

/**
 * The cloud this test runs against: a local one where `EARWITNESS_URL` says so, otherwise AWS by the credentials and
 * region of the environment.
 */
export const cloud: Cloud = {
  async advance(ms) {
    if (!(typeof ms === 'number' && ms >= 0 && ms < Number.POSITIVE_INFINITY)) {
      throw new ConfigurationError(
        `cloud.advance() takes a number of milliseconds, 0 or more and not Infinity, but got ${printValue(ms)}.`,
      );
    }
    const url = demandLocal('cloud.advance()', {
      why: 'the time of AWS cannot be moved',
      instead:
        'give retries, delays and schedules short times by parameters of the stack, and a longer timeoutMs to waits',
    });
    return (await askLocal(url, 'clock/advance', JSON.stringify({ ms }))) as CloudTime;
  },

  async purge() {
    // Source: SQS API reference, PurgeQueue: deletion takes up to 60 s, and a second call within 60 s is refused.
    const url = demandLocal('cloud.purge()', {
      why: 'emptying a queue of AWS takes up to a minute, can be done once a minute, and takes away messages of others',
      instead: 'give each test an id of its own and await what has it (docs/guide/isolation.md)',
    });
    await askLocal(url, 'reset', JSON.stringify({ keepStacks: true }));
  },

  async send(event) {
    const url = localUrl();
    const { sendByAdmin, sendByPutEvents } = await import('./sending.ts');
    if (url !== undefined) return sendByAdmin(url, event);
    // Source: EventBridge API reference, PutEventsRequestEntry, Source; refused as NotAuthorizedForSourceException.
    if (/^aws\./.test(event.source)) {
      throw notLocal(`cloud.send() of an event of ${event.source}`, {
        why: 'PutEvents takes no source that begins with "aws."',
        instead: 'do what makes the service publish it, such as putting the object into its bucket',
      });
    }
    return sendByPutEvents(event);
  },

  async invoke(name, payload = {}) {
    const { invokeFunction } = await import('./invocation.ts');
    return invokeFunction(name, payload);
  },

  async logs(name, options = {}) {
    const { readLogs } = await import('./log.ts');
    return readLogs(name, options);
  },

  items: itemsOf,

  async mockTasks(stateMachine, results) {
    const { mockTasks } = await import('./executions/task-results.ts');
    await mockTasks(stateMachine, results);
  },

  async fault(target, fault, options = {}) {
    const { putFault } = await import('./fault.ts');
    return putFault(target, fault, options);
  },

  async journal(options = {}) {
    const url = demandLocal('cloud.journal()', {
      why: 'AWS keeps no account of what became of an event',
      instead:
        'await the event with subscribe(), what failed with deadLetters(), and read what a function logged with cloud.logs()',
    });
    const { readJournalPage } = await import('./journal.ts');
    return readJournalPage(url, options);
  },

  async state() {
    const url = demandLocal('cloud.state()', {
      why: 'an account of AWS belongs to others too, and is not told by one answer',
      instead: 'ask the service in question by its SDK',
    });
    return (await askLocal(url, 'state')) as CloudState;
  },
};

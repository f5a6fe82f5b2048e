// Invocations of type Event: accepted at once, run later, tried again one minute and then two minutes after a failure,
// and at last handed to the on-failure destination or the dead-letter queue. All of it goes by the clock. Source:
// docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html

import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { DestinationConfig } from '@earwitness/protocol/internal/aws/models/lambda.types';
import { parsePayload } from '@earwitness/protocol/internal/aws/payload';
import { taking } from '../../backbone/taking.ts';
import { isUnavailable } from '../../backbone/unavailable.ts';
import { type Lease, type Work, workOf } from '../../backbone/work.ts';
import type { InvocationResult } from '../../functions/running-function.ts';
import { ownEntry } from '../../own-entry.ts';
import type { Platform } from '../../platform.ts';
import { actForFunction } from './execution-role.ts';
import { describeVersion, type Found, type FunctionTable } from './function.ts';
import type { Invocations, Run } from './invocation.ts';

const RETRY_DELAYS_MS = [60_000, 120_000];
const MAX_RETRIES = 2;
const MAX_AGE_SECONDS = 6 * 60 * 60;

interface Job {
  readonly functionName: string;
  readonly place: { readonly account: string; readonly region: string };
  readonly qualifier: string;
  readonly run: Run;
  /** Epoch milliseconds. */
  readonly acceptedAt: number;
  /** From 1. */
  readonly attempt: number;
}

const INVOCATIONS = workOf<Job>('lambda/asynchronous-invocations', { idOf: ({ run }) => run.requestId });
/** Invocations under way at once. Source: Lambda quotas, concurrent executions of an account. */
const CONCURRENCY = 1000;
/** Ours: more than a function's 15 minutes and its start. */
const LEASE_MS = 20 * 60_000;

export class AsynchronousInvocations {
  #platform: Platform;
  #functions: FunctionTable;
  #invocations: Invocations;
  #work: Work<Job>;
  #stop: () => void;
  /** Grows with each reset: an attempt that began before it has no consequences. */
  #era = 0;

  constructor(platform: Platform, functions: FunctionTable, invocations: Invocations) {
    this.#platform = platform;
    this.#functions = functions;
    this.#invocations = invocations;
    this.#work = platform.backbone.work(INVOCATIONS);
    const options = { concurrency: CONCURRENCY, leaseMs: LEASE_MS };
    const take = taking<Job>(
      (lease) => this.#attempt(lease),
      (job, error) => this.#tellNotStarted(job, error),
    );
    this.#stop = this.#work.consume(take, options);
  }

  async accept({ fn, qualifier }: Found, run: Run): Promise<void> {
    const { account, region } = fn;
    const acceptedAt = this.#platform.clock.now();
    const job: Job = { functionName: fn.name, place: { account, region }, qualifier, run, acceptedAt, attempt: 1 };
    await this.#work.put([job]);
  }

  /** Lets attempts under way end without a further one and without a record. */
  reset(): void {
    this.#era++;
  }

  close(): void {
    this.#stop();
  }

  async #attempt(lease: Lease<Job>): Promise<void> {
    const { clock } = this.#platform;
    const { job } = lease;
    const release = clock.hold();
    try {
      const next = await this.#run(job);
      if (next === undefined) await lease.ack();
      else await lease.retryAt(next, { ...job, attempt: job.attempt + 1 });
    } finally {
      release();
    }
  }

  /** Lambda refused what it had accepted: the function is gone, or its concurrency is used up. Else a fault of ours. */
  #tellNotStarted({ functionName, run: { requestId, traceId } }: Job, error: unknown): void {
    const { journal } = this.#platform;
    if (!(error instanceof ServiceError)) {
      journal.fault(`asynchronous invocation of ${functionName}`, error);
      return;
    }
    journal.record({
      kind: 'function.finished',
      functionName,
      invocationId: requestId,
      durationMs: 0,
      outcome: 'was not started',
      error: { name: error.code, message: error.message },
      ...(traceId !== undefined && { traceId }),
    });
  }

  /** Returns when the next attempt is due, epoch ms; `undefined` when there is none. */
  async #run(job: Job): Promise<number | undefined> {
    const found = this.#functions.find(job.functionName, job.place, job.qualifier);
    const era = this.#era;
    const result = await this.#invocations.run(found, job.run);
    if (era !== this.#era) return undefined;
    const config = ownEntry(found.fn.invokeConfigs, job.qualifier);
    const end = async (condition: End['condition']) => {
      await this.#finish({ job, found, result, condition });
      return undefined;
    };
    if (!result.failed) return end('Success');
    const retries = config?.maximumRetryAttempts ?? MAX_RETRIES;
    const oldest = job.acceptedAt + (config?.maximumEventAgeInSeconds ?? MAX_AGE_SECONDS) * 1000;
    const next = this.#platform.clock.now() + (RETRY_DELAYS_MS[job.attempt - 1] ?? 0);
    if (job.attempt > retries) return end('RetriesExhausted');
    if (next > oldest) return end('EventAgeExceeded');
    return next;
  }

  async #finish(end: End): Promise<void> {
    const { found, job, condition } = end;
    const destinations = ownEntry(found.fn.invokeConfigs, job.qualifier)?.destinations;
    const target = destinationOf(destinations, condition);
    if (target) {
      const record = JSON.stringify(createRecord(end, this.#platform.clock.now()));
      await this.#orLose(target, end, this.#send(target, record, end));
    }
    const queue = found.version.settings.deadLetterQueue;
    if (condition === 'Success' || queue === undefined) return;
    const service = parseArn(queue)?.service ?? '';
    if (!this.#isServed(service)) {
      return this.#platform.standIns.receive({ via: 'destination', arn: queue, input: job.run.event });
    }
    const errorMessage = readErrorMessage(end.result.payload);
    const text = (StringValue: string) => ({ DataType: 'String', StringValue });
    const attributes = {
      RequestID: text(job.run.requestId),
      ErrorCode: { DataType: 'Number', StringValue: '200' },
      ErrorMessage: text(errorMessage.slice(0, 1024) || 'Unhandled'),
    };
    const { event } = job.run;
    const sending =
      service === 'sns'
        ? this.#publish(queue, event, end, attributes)
        : this.#sendToQueue(queue, event, end, attributes);
    await this.#orLose(queue, end, sending);
  }

  /**
   * What its place refuses is lost. Source: Lambda developer guide, "Types of metrics for Lambda functions":
   * DestinationDeliveryFailures and DeadLetterErrors count it.
   */
  async #orLose(arn: string, { job }: End, sending: Promise<void>): Promise<void> {
    try {
      await sending;
    } catch (error) {
      if (isUnavailable(error)) throw error;
      if (!(error instanceof ServiceError)) throw error;
      const message = `What became of ${job.run.requestId} could not be sent to ${arn}: ${error.message}`;
      this.#platform.journal.record({ kind: 'warning', about: `function ${job.functionName}`, message });
    }
  }

  async #send(target: string, record: string, end: End): Promise<void> {
    const { dispatch } = this.#platform;
    const origin = await actForFunction(this.#platform, end.found);
    const service = parseArn(target)?.service;
    if (service === 'sqs') return this.#sendToQueue(target, record, end);
    if (service === 'sns' && this.#isServed(service)) return this.#publish(target, record, end);
    if (service === 'lambda') {
      const Payload = Buffer.from(record);
      await dispatch.call('lambda', 'Invoke', { FunctionName: target, InvocationType: 'Event', Payload }, origin);
      return;
    }
    if (service !== 'events') {
      const trace = end.job.run.traceId !== undefined && { traceId: end.job.run.traceId };
      return this.#platform.standIns.receive({ via: 'destination', arn: target, input: record, ...trace });
    }
    const DetailType = `Lambda Function Invocation Result - ${end.condition === 'Success' ? 'Success' : 'Failure'}`;
    const entry = { Source: 'lambda', DetailType, Detail: record, EventBusName: target };
    await dispatch.call('events', 'PutEvents', { Entries: [entry] }, origin);
  }

  #isServed(service: string): boolean {
    return service === 'sqs' || (service === 'sns' && this.#platform.dispatch.service('sns') !== undefined);
  }

  async #publish(
    TopicArn: string,
    Message: string,
    { found }: End,
    MessageAttributes: Readonly<Record<string, { DataType: string; StringValue: string }>> = {},
  ): Promise<void> {
    const region = parseArn(TopicArn)?.region ?? found.fn.region;
    const origin = { ...(await actForFunction(this.#platform, found)), region };
    await this.#platform.dispatch.call('sns', 'Publish', { TopicArn, Message, MessageAttributes }, origin);
  }

  async #sendToQueue(
    queueArn: string,
    MessageBody: string,
    { found }: End,
    MessageAttributes: Readonly<Record<string, { DataType: string; StringValue: string }>> = {},
  ): Promise<void> {
    const { dispatch } = this.#platform;
    const { account = found.fn.account, region = found.fn.region, resource = '' } = parseArn(queueArn) ?? {};
    const origin = { ...(await actForFunction(this.#platform, found)), account, region };
    const { QueueUrl = '' } = await dispatch.call('sqs', 'GetQueueUrl', { QueueName: resource }, origin);
    await dispatch.call('sqs', 'SendMessage', { QueueUrl, MessageBody, MessageAttributes }, origin);
  }
}

interface End {
  readonly job: Job;
  readonly found: Found;
  readonly result: InvocationResult;
  readonly condition: 'Success' | 'RetriesExhausted' | 'EventAgeExceeded';
}

function destinationOf(destinations: DestinationConfig | undefined, condition: End['condition']): string | undefined {
  return condition === 'Success' ? destinations?.OnSuccess?.Destination : destinations?.OnFailure?.Destination;
}

// Source: docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
function createRecord({ job, found, result, condition }: End, now: number): object {
  const version = found.version.version;
  return {
    version: '1.0',
    timestamp: new Date(now).toISOString(),
    requestContext: {
      requestId: job.run.requestId,
      functionArn: `${describeVersion(found.fn, found.fn.latest).FunctionArn}:${job.qualifier}`,
      condition,
      approximateInvokeCount: job.attempt,
    },
    requestPayload: JSON.parse(job.run.event),
    responseContext: {
      statusCode: 200,
      executedVersion: version,
      ...(result.failed && { functionError: 'Unhandled' }),
    },
    responsePayload: parsePayload(result.payload),
  };
}

function readErrorMessage(payload: string): string {
  const error = parsePayload(payload) as { errorMessage?: unknown } | null;
  return typeof error?.errorMessage === 'string' ? error.errorMessage : '';
}

// Feeds functions from queues: for each enabled mapping, receives messages by long poll, invokes the function with a
// batch, and deletes what it took care of. What it failed on becomes visible again by the queue's own time-out.
// Everything passes through the dispatcher, so that queues see an ordinary consumer.

import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Message } from '@earwitness/protocol/internal/aws/models/sqs.types';
import { parsePayload } from '@earwitness/protocol/internal/aws/payload';
import { createLinearMatcher, parsePattern } from '@earwitness/protocol/pattern';
import type { Platform } from '../../../platform.ts';
import { actForFunction, type Origin } from '../execution-role.ts';
import type { FunctionTable } from '../function.ts';
import type { Invocations } from '../invocation.ts';
import type { Mapping } from './mapping.ts';

/**
 * Batches of one mapping at a time. Source: Lambda developer guide, "Using Lambda with Amazon SQS" (starts with five).
 */
const CONCURRENT_BATCHES = 5;
/** The longest that SQS lets a receiver wait. */
const POLL_SECONDS = 20;
/** Messages that SQS hands out at once. */
const RECEIVE_MAX_MESSAGES = 10;
/** Ours: the pause after a queue refused. */
const PAUSE_MS = 10_000;

/** Where the messages are, and on whose behalf they are taken. */
interface Source {
  readonly QueueUrl: string;
  readonly origin: Origin;
}

export class QueuePoller {
  #platform: Platform;
  #functions: FunctionTable;
  #invocations: Invocations;
  #loops = new Map<string, AbortController>();

  constructor(platform: Platform, parts: { readonly functions: FunctionTable; readonly invocations: Invocations }) {
    this.#platform = platform;
    this.#functions = parts.functions;
    this.#invocations = parts.invocations;
  }

  /** Starts, stops or restarts polling after the mapping changed. */
  update(mapping: Mapping): void {
    this.stop(mapping.uuid);
    if (!mapping.enabled || mapping.stream) return;
    const controller = new AbortController();
    this.#loops.set(mapping.uuid, controller);
    void this.#poll(mapping, controller.signal);
  }

  stop(uuid: string): void {
    this.#loops.get(uuid)?.abort(new Error('The event source mapping was changed.'));
    this.#loops.delete(uuid);
  }

  reset(): void {
    for (const uuid of [...this.#loops.keys()]) this.stop(uuid);
  }

  async #poll(mapping: Mapping, signal: AbortSignal): Promise<void> {
    const { clock, journal } = this.#platform;
    const running = new Set<Promise<void>>();
    const limit = mapping.maximumConcurrency ?? CONCURRENT_BATCHES;
    let source: Source | undefined;
    while (!signal.aborted) {
      try {
        source ??= await this.#open(mapping);
        const messages = await this.#receive(mapping, source, signal);
        if (messages.length === 0 || signal.aborted) continue;
        const batch = this.#process(mapping, source, messages).finally(() => running.delete(batch));
        running.add(batch);
        if (running.size >= limit) await Promise.race(running);
      } catch (error) {
        if (signal.aborted) return;
        source = undefined;
        const message = error instanceof Error ? error.message : String(error);
        journal.record({ kind: 'warning', about: `event source mapping ${mapping.sourceArn}`, message });
        await clock.sleep(PAUSE_MS, { signal }).catch(() => {});
      }
    }
  }

  async #open(mapping: Mapping): Promise<Source> {
    const found = this.#functions.find(mapping.functionName, mapping, mapping.qualifier);
    const origin = await actForFunction(this.#platform, found);
    const input = { QueueName: parseArn(mapping.sourceArn ?? '')?.resource ?? '' };
    const { QueueUrl = '' } = await this.#platform.dispatch.call('sqs', 'GetQueueUrl', input, origin);
    return { QueueUrl, origin };
  }

  async #receive(mapping: Mapping, { QueueUrl, origin }: Source, signal: AbortSignal): Promise<readonly Message[]> {
    const { Messages = [] } = await this.#platform.dispatch.call(
      'sqs',
      'ReceiveMessage',
      {
        QueueUrl,
        MaxNumberOfMessages: Math.min(mapping.batchSize, RECEIVE_MAX_MESSAGES),
        WaitTimeSeconds: POLL_SECONDS,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      },
      { ...origin, signal },
    );
    return Messages;
  }

  async #process(mapping: Mapping, source: Source, received: readonly Message[]): Promise<void> {
    const { clock, ids, journal } = this.#platform;
    const release = clock.hold();
    try {
      const messages = received.filter((message) => fits(mapping, message));
      const done = received.filter((message) => !messages.includes(message));
      if (messages.length > 0) {
        const found = this.#functions.find(mapping.functionName, mapping, mapping.qualifier);
        const event = JSON.stringify({ Records: messages.map((message) => createRecord(mapping, message)) });
        const traceId = messages[0]?.Attributes?.['AWSTraceHeader'];
        const batch = { queueArn: mapping.sourceArn ?? '', messageIds: messages.map(idOf) };
        const run = { event, requestId: ids.uuid(), batch, ...(traceId !== undefined && { traceId }) };
        const { failed, payload } = await this.#invocations.run(found, run);
        const taken = failed ? [] : succeeded(mapping, messages, payload);
        done.push(...taken);
        if (!failed && taken.length < messages.length) {
          journal.record({
            kind: 'batch.returned',
            functionName: found.fn.name,
            invocationId: run.requestId,
            queueArn: batch.queueArn,
            messageIds: messages.filter((message) => !taken.includes(message)).map(idOf),
            of: messages.length,
          });
        }
      }
      await this.#delete(source, done);
    } catch (error) {
      const message = error instanceof ServiceError ? error.message : String(error);
      journal.record({ kind: 'warning', about: `event source mapping ${mapping.sourceArn}`, message });
    } finally {
      release();
    }
  }

  async #delete({ QueueUrl, origin }: Source, messages: readonly Message[]): Promise<void> {
    if (messages.length === 0) return;
    const Entries = messages.map(({ ReceiptHandle = '' }, index) => ({ Id: String(index), ReceiptHandle }));
    await this.#platform.dispatch.call('sqs', 'DeleteMessageBatch', { QueueUrl, Entries }, origin);
  }
}

function idOf({ MessageId = '' }: Message): string {
  return MessageId;
}

/** The messages that the function took care of. A response that is not the agreed one means: none. */
function succeeded(mapping: Mapping, messages: readonly Message[], payload: string): readonly Message[] {
  if (!mapping.reportsFailures) return messages;
  const response = parsePayload(payload) as { batchItemFailures?: unknown } | null;
  const failures = response?.batchItemFailures ?? [];
  if (!Array.isArray(failures)) return [];
  const failed = failures.map((failure: { itemIdentifier?: unknown } | null) => failure?.itemIdentifier);
  if (failed.some((id) => !messages.some((message) => message.MessageId === id))) return [];
  return messages.filter((message) => !failed.includes(message.MessageId));
}

// A filter sees the message with its body parsed when that is JSON.
// Source: Lambda developer guide, "Event filtering with Amazon SQS".
function fits({ filters }: Mapping, message: Message): boolean {
  if (filters.length === 0) return true;
  const matcher = createLinearMatcher<number>();
  for (const [index, filter] of filters.entries()) matcher.add(index, parsePattern(filter));
  let body: unknown = message.Body;
  try {
    body = JSON.parse(message.Body ?? '');
  } catch {
    // Text stays text.
  }
  const { Attributes: attributes, MessageAttributes: messageAttributes } = message;
  return matcher.match({ body, attributes, messageAttributes, messageId: message.MessageId }).length > 0;
}

function createRecord({ sourceArn, region }: Mapping, message: Message): object {
  const attributes = Object.entries(message.MessageAttributes ?? {}).map(([name, value]) => [
    name,
    {
      ...(value.StringValue !== undefined && { stringValue: value.StringValue }),
      ...(value.BinaryValue && { binaryValue: Buffer.from(value.BinaryValue).toString('base64') }),
      stringListValues: [],
      binaryListValues: [],
      dataType: value.DataType,
    },
  ]);
  return {
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: message.Attributes,
    messageAttributes: Object.fromEntries(attributes),
    ...(message.MD5OfMessageAttributes !== undefined && { md5OfMessageAttributes: message.MD5OfMessageAttributes }),
    md5OfBody: message.MD5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: sourceArn,
    awsRegion: region,
  };
}

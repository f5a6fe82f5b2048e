// Feeds functions from queues: each enabled mapping has a poller, which invokes the function with a batch.
import type { Message } from '@earwitness/protocol/internal/aws/models/sqs.types';
import { parsePayload } from '@earwitness/protocol/internal/aws/payload';
import type { Platform } from '../../../platform.ts';
import { QueuePoller } from '../../../polling/queue-poller.ts';
import { createRecord, fitsFilters, succeededOf } from '../../../polling/record.ts';
import { actForFunction } from '../execution-role.ts';
import type { FunctionTable } from '../function.ts';
import type { Invocations } from '../invocation.ts';
import type { Mapping } from './mapping.ts';

export class MappingPoller {
  readonly #platform: Platform;
  readonly #functions: FunctionTable;
  readonly #invocations: Invocations;
  readonly #queues: QueuePoller;

  constructor(platform: Platform, parts: { readonly functions: FunctionTable; readonly invocations: Invocations }) {
    this.#platform = platform;
    this.#functions = parts.functions;
    this.#invocations = parts.invocations;
    this.#queues = new QueuePoller(platform);
  }

  /** Starts, stops or restarts polling after the mapping changed. */
  update(mapping: Mapping): void {
    const { uuid: id, sourceArn: queueArn = '', batchSize, maximumConcurrency: concurrency } = mapping;
    this.stop(id);
    if (!mapping.enabled || mapping.stream) return;
    this.#queues.start({
      id,
      about: `event source mapping ${queueArn}`,
      queueArn,
      batchSize,
      ...(concurrency !== undefined && { concurrency }),
      origin: () => actForFunction(this.#platform, this.#find(mapping)),
      take: (received) => this.#take(mapping, received),
    });
  }

  stop(uuid: string): void {
    this.#queues.stop(uuid);
  }

  reset(): void {
    this.#queues.reset();
  }

  #find(mapping: Mapping) {
    return this.#functions.find(mapping.functionName, mapping, mapping.qualifier);
  }

  async #take(mapping: Mapping, received: readonly Message[]): Promise<readonly Message[]> {
    const { ids, journal } = this.#platform;
    const messages = received.filter((message) => fitsFilters(mapping.filters, message));
    const done = received.filter((message) => !messages.includes(message));
    if (messages.length === 0) return done;
    const { sourceArn: queueArn = '', region } = mapping;
    const found = this.#find(mapping);
    const event = JSON.stringify({ Records: messages.map((message) => createRecord({ queueArn, region }, message)) });
    const traceId = messages[0]?.Attributes?.['AWSTraceHeader'];
    const batch = { queueArn, messageIds: messages.map(idOf) };
    const run = { event, requestId: ids.uuid(), batch, ...(traceId !== undefined && { traceId }) };
    const { failed, payload } = await this.#invocations.run(found, run);
    if (failed) return done;
    const taken = mapping.reportsFailures ? succeededOf(messages, parsePayload(payload)) : messages;
    if (taken.length < messages.length) {
      journal.record({
        kind: 'batch.returned',
        functionName: found.fn.name,
        invocationId: run.requestId,
        queueArn,
        messageIds: messages.filter((message) => !taken.includes(message)).map(idOf),
        of: messages.length,
      });
    }
    return [...done, ...taken];
  }
}

function idOf({ MessageId = '' }: Message): string {
  return MessageId;
}

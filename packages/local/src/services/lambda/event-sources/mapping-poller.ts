// Feeds functions from queues and streams: each node reads for each enabled mapping, and invokes the function with a
// batch. A message is one node's while it is hidden; whose a batch of a stream is, its checkpoint says.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Message } from '@earwitness/protocol/internal/aws/models/sqs.types';
import { parsePayload } from '@earwitness/protocol/internal/aws/payload';
import { QueuePoller } from '../../../polling/queue-poller.ts';
import { createRecord, fitsFilters, succeededOf } from '../../../polling/record.ts';
import { StreamReader } from '../../../streams/stream-reader.ts';
import { actForFunction } from '../execution-role.ts';
import { meetFault } from './fault.ts';
import type { Mapping, MappingTable } from './mapping.ts';
import { type FeedParts, streamFeed } from './stream-feed.ts';
import { startOf, streamKindOf } from './stream-settings.ts';

export class MappingPoller {
  readonly #parts: FeedParts;
  readonly #mappings: MappingTable;
  readonly #queues: QueuePoller;
  readonly #streams: StreamReader;

  constructor(parts: FeedParts, mappings: MappingTable) {
    this.#parts = parts;
    this.#mappings = mappings;
    this.#queues = new QueuePoller(parts.platform);
    this.#streams = new StreamReader(parts.platform);
  }

  /** Reads for every mapping that there is, whoever wrote it. Returns a function that ends it. */
  follow(): () => void {
    for (const mapping of this.#mappings.all()) this.#update(mapping);
    return this.#mappings.watch((uuid, row) => {
      if (row) this.#update(row.value);
      else this.#stop(uuid);
    });
  }

  /** @throws ServiceError what keeps the function's role from reading the stream */
  async begin(mapping: Mapping): Promise<void> {
    const feed = streamFeed(this.#parts, mapping);
    await this.#streams.begin(feed, startOf(mapping.stream ?? {}), await feed.origin());
  }

  /** Forgets where a mapping was that is no more. */
  async forget({ uuid }: Mapping): Promise<void> {
    await this.#streams.forget(uuid);
  }

  lastResult({ uuid }: Mapping): string | undefined {
    return this.#streams.lastResult(uuid);
  }

  purge(): Promise<void> {
    return this.#streams.purge();
  }

  reset(): void {
    this.#queues.reset();
    this.#streams.reset();
  }

  #update(mapping: Mapping): void {
    const { uuid: id, sourceArn = '', batchSize, maximumConcurrency: concurrency } = mapping;
    this.#stop(id);
    if (!mapping.enabled) return;
    if (streamKindOf(sourceArn)) this.#streams.start(streamFeed(this.#parts, mapping));
    if (mapping.stream) return;
    this.#queues.start({
      id,
      about: `event source mapping ${sourceArn}`,
      queueArn: sourceArn,
      batchSize,
      ...(concurrency !== undefined && { concurrency }),
      origin: () => actForFunction(this.#parts.platform, this.#find(mapping)),
      take: (received) => this.#take(mapping, received),
    });
  }

  #stop(uuid: string): void {
    this.#queues.stop(uuid);
    this.#streams.stop(uuid);
  }

  #find(mapping: Mapping) {
    return this.#parts.functions.find(mapping.functionName, mapping, mapping.qualifier);
  }

  async #take(mapping: Mapping, received: readonly Message[]): Promise<readonly Message[]> {
    const { ids, journal } = this.#parts.platform;
    const messages = received.filter((message) => fitsFilters(mapping.filters, message));
    const done = received.filter((message) => !messages.includes(message));
    if (messages.length === 0) return done;
    const { sourceArn: queueArn = '', region } = mapping;
    try {
      await meetFault(this.#parts.platform, mapping);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      journal.record({ kind: 'warning', about: `event source mapping ${queueArn}`, message: error.message });
      return done;
    }
    const found = this.#find(mapping);
    // Without attributes their checksum is null. Source: recorded on AWS: LocalStack, test_lambda_integration_sqs.
    const recordOf = (one: Message) => ({ md5OfMessageAttributes: null, ...createRecord({ queueArn, region }, one) });
    const event = JSON.stringify({ Records: messages.map(recordOf) });
    const traceId = messages[0]?.Attributes?.['AWSTraceHeader'];
    const batch = { queueArn, messageIds: messages.map(idOf) };
    const run = { event, requestId: ids.uuid(), batch, ...(traceId !== undefined && { traceId }) };
    const { failed, payload } = await this.#parts.invocations.run(found, run);
    if (failed) return done;
    const taken = mapping.reportsFailures ? succeededOf(messages, parsePayload(payload), idOf) : messages;
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

// Every stream and consumer of this cloud, and who may do what with them.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { type Table, tableOf } from '../../backbone/table.ts';
import { updateRow } from '../../backbone/update.ts';
import type { Call } from '../../call.ts';
import type { Platform } from '../../platform.ts';
import type { Consumer } from './consumer.ts';
import { type NamedStream, placeOf, type Stream, type StreamPlace, streamArn, streamKey } from './stream.ts';

const STREAMS = tableOf<Stream>('kinesis/streams');
const CONSUMERS = tableOf<Consumer>('kinesis/consumers');

export class Streams {
  readonly #platform: Platform;
  readonly #streams: Table<Stream>;
  readonly #consumers: Table<Consumer>;

  constructor(platform: Platform) {
    this.#platform = platform;
    this.#streams = platform.backbone.table(STREAMS);
    this.#consumers = platform.backbone.table(CONSUMERS);
  }

  /**
   * The stream that a request names, when its caller may do this.
   * @throws ResourceNotFoundException, AccessDeniedException
   */
  async open(named: NamedStream, call: Call, action: string): Promise<Stream> {
    const place = placeOf(named, call);
    await this.authorize(place, call, action);
    return this.get(place);
  }

  /** @throws AccessDeniedException */
  async authorize(place: StreamPlace, call: Call, action: string): Promise<void> {
    const policy = this.find(place)?.policy;
    const refusal = await this.#platform.access.findRefusal(call, {
      action: `kinesis:${action}`,
      resource: streamArn(place),
      owner: place.account,
      ...(policy !== undefined && { policy }),
    });
    if (refusal !== undefined) throw new ServiceError('AccessDeniedException', refusal);
  }

  find(place: StreamPlace): Stream | undefined {
    return this.#streams.get(streamKey(place))?.value;
  }

  /** @throws ResourceNotFoundException */
  get(place: StreamPlace): Stream {
    const stream = this.find(place);
    if (stream) return stream;
    throw noSuchStream(place);
  }

  /** In the order of their names. */
  list({ account, region }: Pick<Call, 'account' | 'region'>): Stream[] {
    return this.#streams.list(`${account}/${region}/`).map(({ value }) => value);
  }

  all(): Stream[] {
    return this.#streams.list().map(({ value }) => value);
  }

  /** @throws ResourceInUseException */
  async add(stream: Stream): Promise<void> {
    await updateRow(this.#streams, streamKey(stream), (existing) => {
      if (!existing) return stream;
      throw new ServiceError(
        'ResourceInUseException',
        `Stream ${stream.name} under account ${stream.account} already exists.`,
      );
    });
  }

  /**
   * Writes what `change` makes of a stream as it is by then.
   * @throws what `change` throws; ResourceNotFoundException
   */
  async change(place: StreamPlace, change: (stream: Stream) => Stream): Promise<Stream> {
    const row = await updateRow(this.#streams, streamKey(place), (stream) => {
      if (!stream) throw noSuchStream(place);
      return change(stream);
    });
    return row.value;
  }

  /** Calls `listener` after each write of a stream's row, by whichever node. */
  watch(place: StreamPlace, listener: () => void): () => void {
    const key = streamKey(place);
    return this.#streams.watch((written) => written === key && listener(), { prefix: key });
  }

  async delete(stream: Stream): Promise<void> {
    for (const consumer of this.consumersOf(stream)) await this.removeConsumer(consumer);
    await this.#streams.delete(streamKey(stream));
  }

  consumersOf(stream: StreamPlace): Consumer[] {
    return this.#consumers.list(`${streamKey(stream)}/`).map(({ value }) => value);
  }

  /** @throws ResourceInUseException */
  async addConsumer(consumer: Consumer): Promise<void> {
    await updateRow(this.#consumers, consumerKey(consumer), (existing) => {
      if (!existing) return consumer;
      throw new ServiceError(
        'ResourceInUseException',
        `Consumer ${consumer.name} under stream ${streamArn(consumer.stream)} already exists for account ${consumer.stream.account}.`,
      );
    });
  }

  async removeConsumer(consumer: Consumer): Promise<void> {
    await this.#consumers.delete(consumerKey(consumer));
  }
}

function consumerKey({ stream, name }: Consumer): string {
  return `${streamKey(stream)}/${name}`;
}

// Source: recorded on AWS: LocalStack, tests/aws/services/kinesis.
function noSuchStream({ name, account }: StreamPlace): ServiceError {
  return new ServiceError('ResourceNotFoundException', `Stream ${name} under account ${account} not found.`);
}

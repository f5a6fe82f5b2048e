// Streams of all tables: begun, written to, ended, found.
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Log } from '../../../backbone/log.ts';
import type { Table } from '../../../backbone/table.ts';
import type { Call } from '../../../call.ts';
import type { Platform } from '../../../platform.ts';
import { writeItem } from '../items/item-text.ts';
import type { Change } from '../items/items.ts';
import type { ItemTable, StreamView } from '../table.ts';
import {
  arnOf,
  KEPT_MS,
  labelAt,
  RECORDS,
  STREAMS,
  type StoredRecord,
  type StreamRow,
  sequenceNumber,
  shardId,
  streamKey,
} from './stream-row.ts';

export class Streams {
  readonly #platform: Platform;
  readonly #rows: Table<StreamRow>;

  constructor(platform: Platform) {
    this.#platform = platform;
    this.#rows = platform.backbone.table(STREAMS);
  }

  /** Begins a stream; what the table's row says of it. */
  async begin(table: ItemTable, view: StreamView): Promise<NonNullable<ItemTable['stream']>> {
    const { account, region, name, keys } = table;
    await this.#dropOld();
    const startedAt = this.#freeInstant(table);
    const label = labelAt(startedAt);
    const row: StreamRow = { account, region, table: name, label, view, keys, startedAt };
    await this.#rows.put(streamKey(row), row);
    return { label, view, isOn: true };
  }

  /** Ends the table's stream, if it is on; what the table's row says of it. */
  async end(table: ItemTable): Promise<void> {
    const { account, region, name, stream } = table;
    if (!stream?.isOn) return;
    const row = this.#rows.get(streamKey({ account, region, table: name, label: stream.label }))?.value;
    if (!row) return;
    const { last } = await this.log(row).bounds();
    const end = { at: this.#platform.clock.now(), sequence: last };
    await this.#rows.put(streamKey(row), { ...row, end });
  }

  /** Tells the table's stream of a change. */
  async append(table: ItemTable, { key, before, after, byTtl }: Change): Promise<void> {
    if (!table.stream?.isOn) return;
    const { account, region, name, stream } = table;
    const log = this.#platform.backbone.log(RECORDS, streamKey({ account, region, table: name, label: stream.label }));
    const isNew = stream.view === 'NEW_IMAGE' || stream.view === 'NEW_AND_OLD_IMAGES';
    const isOld = stream.view === 'OLD_IMAGE' || stream.view === 'NEW_AND_OLD_IMAGES';
    await log.append({
      id: this.#platform.ids.uuid().replaceAll('-', ''),
      at: this.#platform.clock.now(),
      event: before === undefined ? 'INSERT' : after === undefined ? 'REMOVE' : 'MODIFY',
      key: writeItem(key),
      ...(isOld && before !== undefined && { before }),
      ...(isNew && after !== undefined && { after }),
      ...(byTtl && { byTtl }),
    });
  }

  log(stream: StreamRow): Log<StoredRecord> {
    return this.#platform.backbone.log(RECORDS, streamKey(stream));
  }

  /** Calls `listener` when there is a record, and without a shard when the stream has ended. */
  watch(arn: string, listener: (shard: string | undefined) => void): () => void {
    const key = keyOfArn(arn);
    if (key === undefined) return () => {};
    let leave: (() => void) | undefined;
    const hear = () => {
      const row = this.#rows.get(key)?.value;
      if (row) leave ??= this.log(row).tail(() => listener(shardId(row)));
    };
    hear();
    // A node may hear of the stream later than of who reads it.
    const unwatch = this.#rows.watch(
      (written) => {
        if (written !== key) return;
        hear();
        listener(undefined);
      },
      { prefix: key },
    );
    return () => {
      unwatch();
      leave?.();
    };
  }

  /** The number of the newest record. */
  async latest(arn: string): Promise<string> {
    return sequenceNumber((await this.log(this.open(arn)).bounds()).last);
  }

  /** In the order of tables and labels. */
  list({ account, region }: Pick<Call, 'account' | 'region'>, table?: string): StreamRow[] {
    const prefix = `${account}/${region}/${table === undefined ? '' : `${table}/`}`;
    return this.#rows.list(prefix).flatMap(({ value }) => (this.#isGone(value) ? [] : [value]));
  }

  /** @throws ValidationException, ResourceNotFoundException */
  open(arn: string): StreamRow {
    const key = keyOfArn(arn);
    if (key === undefined) throw new ServiceError('ValidationException', `Invalid StreamArn: ${arn}`);
    const row = this.#rows.get(key)?.value;
    if (row && !this.#isGone(row)) return row;
    const sentence = `Requested resource not found: Stream: ${arn} not found`;
    throw new ServiceError('ResourceNotFoundException', sentence);
  }

  #isGone({ end }: StreamRow): boolean {
    return end !== undefined && end.at + KEPT_MS <= this.#platform.clock.now();
  }

  async #dropOld(): Promise<void> {
    for (const { key, value } of this.#rows.list()) {
      if (!this.#isGone(value)) continue;
      await this.#rows.delete(key);
      await this.#platform.backbone.removeLog(RECORDS, key);
    }
  }

  /** A label is taken once: two streams of a table within one millisecond get the next one. */
  #freeInstant(table: ItemTable): number {
    const taken = new Set(this.list(table, table.name).map(arnOf));
    let at = this.#platform.clock.now();
    while ([...taken].some((arn) => arn.endsWith(labelAt(at)))) at++;
    return at;
  }
}

/** The key of the stream's row; `undefined` of what is no ARN of a stream. */
function keyOfArn(arn: string): string | undefined {
  const { service, account = '', region = '', resource = '' } = parseArn(arn) ?? {};
  const [, table, label] = /^table\/([^/]+)\/stream\/([^/]+)$/.exec(resource) ?? [];
  if (service !== 'dynamodb' || table === undefined || label === undefined) return undefined;
  return streamKey({ account, region, table, label });
}

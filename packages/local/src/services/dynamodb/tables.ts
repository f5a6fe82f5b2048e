// Every table of this cloud, which one a name or an ARN means, and who may do what to it.
import { formatArn, parseArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { type Table, tableOf } from '../../backbone/table.ts';
import { updateRow } from '../../backbone/update.ts';
import type { Call } from '../../call.ts';
import { isOwner } from '../../permissions/authorize.ts';
import type { Platform } from '../../platform.ts';
import { type ItemTable, tableArn } from './table.ts';

const TABLES = tableOf<ItemTable>('dynamodb/tables');

type Place = Pick<ItemTable, 'account' | 'region' | 'name'>;

export class Tables {
  readonly #platform: Platform;
  readonly #rows: Table<ItemTable>;

  constructor(platform: Platform) {
    this.#platform = platform;
    this.#rows = platform.backbone.table(TABLES);
  }

  find(place: Place): ItemTable | undefined {
    return this.#rows.get(tableKey(place))?.value;
  }

  /** By name. */
  list({ account, region }: Pick<Call, 'account' | 'region'>): ItemTable[] {
    return this.#rows.list(`${account}/${region}/`).map(({ value }) => value);
  }

  /** The tables of all accounts and regions. */
  all(): ItemTable[] {
    return this.#rows.list().map(({ value }) => value);
  }

  /** Calls `listener` after each write, by whichever node, with the row as it is, or as it was last. */
  watch(listener: (table: ItemTable, isGone: boolean) => void): () => void {
    const last = new Map(this.#rows.list().map(({ key, value }) => [key, value]));
    return this.#rows.watch((key, row) => {
      const table = row?.value ?? last.get(key);
      if (row) last.set(key, row.value);
      else last.delete(key);
      if (table) listener(table, row === undefined);
    });
  }

  /** Writes what `change` makes of the row as it is by then. @throws what `change` throws */
  async change(place: Place, change: (table: ItemTable | undefined) => ItemTable): Promise<ItemTable> {
    return (await updateRow(this.#rows, tableKey(place), change)).value;
  }

  async remove(table: ItemTable): Promise<void> {
    await this.#rows.delete(tableKey(table));
  }

  /**
   * The table of an operation on tables.
   * @throws ResourceNotFoundException, AccessDeniedException
   */
  async open(reference: string, call: Call, action: string): Promise<ItemTable> {
    const place = this.place(reference, call);
    await this.authorize(call, action, tableArn(place));
    return this.known(place);
  }

  /** @throws ResourceNotFoundException in the words of operations on tables */
  known(place: Place): ItemTable {
    const table = this.find(place);
    if (table) return table;
    throw new ServiceError('ResourceNotFoundException', `Requested resource not found: Table: ${place.name} not found`);
  }

  /** @throws ResourceNotFoundException in the words of operations on items */
  withItems(reference: string, call: Call): ItemTable {
    const table = this.find(this.place(reference, call));
    if (table) return table;
    throw new ServiceError('ResourceNotFoundException', 'Requested resource not found');
  }

  /** Which table a name or an ARN means. */
  place(reference: string, { account, region }: Pick<Call, 'account' | 'region'>): Place {
    const arn = reference.startsWith('arn:') ? parseArn(reference) : undefined;
    const name = arn && /^table\/([^/]+)$/.exec(arn.resource)?.[1];
    return arn && name !== undefined && arn.region === region
      ? { account: arn.account, region, name }
      : { account, region, name: reference };
  }

  /** @throws AccessDeniedException */
  async authorize(call: Call, action: string, resource: string): Promise<void> {
    const owner = parseArn(resource)?.account ?? call.account;
    if (isOwner(call, owner)) return;
    const refusal = await this.#platform.access.findRefusal(call, { action: `dynamodb:${action}`, resource, owner });
    if (refusal !== undefined) throw new ServiceError('AccessDeniedException', refusal);
  }

  /** What is about no table. @throws AccessDeniedException */
  async authorizeAny(call: Call, action: string): Promise<void> {
    const { account, region } = call;
    await this.authorize(call, action, formatArn({ service: 'dynamodb', region, account, resource: 'table/*' }));
  }
}

function tableKey({ account, region, name }: Place): string {
  return `${account}/${region}/${name}`;
}

// Event buses. The bus `default` exists in every account and region without being made, and cannot be deleted.
import { formatArn, parseArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { CreateEventBusRequest } from '@earwitness/protocol/internal/aws/models/events.types';
import { RevisionConflict, type Table, tableOf } from '../../backbone/table.ts';
import { updateRow } from '../../backbone/update.ts';
import type { Call } from '../../call.ts';
import type { Platform } from '../../platform.ts';

const BUSES = tableOf<Bus>('events/buses');

/** Which bus: its account, region and name. */
export interface BusRef {
  readonly account: string;
  readonly region: string;
  readonly name: string;
}

/** A statement of a bus's resource policy, as PutPermission writes it. */
export interface PolicyStatement {
  readonly Sid?: string;
  readonly [element: string]: unknown;
}

export interface BusPolicy {
  readonly Version: string;
  readonly Statement: readonly PolicyStatement[];
}

export interface Bus extends BusRef {
  readonly arn: string;
  readonly settings: Pick<CreateEventBusRequest, 'Description' | 'KmsKeyIdentifier' | 'DeadLetterConfig' | 'LogConfig'>;
  readonly policy?: BusPolicy;
  readonly tags: Readonly<Record<string, string>>;
  /** Epoch ms. */
  readonly createdAt: number;
  readonly modifiedAt: number;
}

/** A table key. Bus names have no colon in them. */
export function busKey({ account, region, name }: BusRef): string {
  return `${account}:${region}:${name}`;
}

/** The bus that a request means: a name or an ARN; `default` when it names none. */
export function busRefOf(nameOrArn: string | undefined, { account, region }: Pick<Call, 'account' | 'region'>): BusRef {
  if (nameOrArn === undefined) return { account, region, name: 'default' };
  const arn = nameOrArn.startsWith('arn:') ? parseArn(nameOrArn) : undefined;
  if (!arn) return { account, region, name: nameOrArn };
  return { account: arn.account, region: arn.region, name: arn.resource.replace(/^event-bus\//, '') };
}

export function busArn({ account, region, name }: BusRef): string {
  return formatArn({ service: 'events', region, account, resource: `event-bus/${name}` });
}

export class Buses {
  readonly #table: Table<Bus>;
  readonly #clock: Platform['clock'];

  constructor({ backbone, clock }: Platform) {
    this.#table = backbone.table(BUSES);
    this.#clock = clock;
  }

  /** Whether the bus exists; what PutEvents asks for every entry. */
  has(ref: BusRef): boolean {
    return ref.name === 'default' || this.#table.get(busKey(ref)) !== undefined;
  }

  find(ref: BusRef): Bus | undefined {
    const row = this.#table.get(busKey(ref));
    if (row) return row.value;
    if (ref.name !== 'default') return undefined;
    return { ...ref, arn: busArn(ref), settings: {}, tags: {}, createdAt: 0, modifiedAt: 0 };
  }

  /** @throws ServiceError `ResourceNotFoundException` */
  get(ref: BusRef): Bus {
    const bus = this.find(ref);
    if (!bus) throw new ServiceError('ResourceNotFoundException', `Event bus ${ref.name} does not exist.`);
    return bus;
  }

  list({ account, region }: Pick<BusRef, 'account' | 'region'>): Bus[] {
    const made = this.#table.list(`${account}:${region}:`).map(({ value }) => value);
    if (made.some(({ name }) => name === 'default')) return made;
    return [this.get({ account, region, name: 'default' }), ...made].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** The buses of this account and region, then those of all others. */
  listAll(home: Pick<BusRef, 'account' | 'region'>): Bus[] {
    const ours = this.list(home);
    const all = this.#table.list().map(({ value }) => value);
    const isOurs = (bus: Bus) => bus.account === home.account && bus.region === home.region;
    return [...ours, ...all.filter((bus) => !isOurs(bus))];
  }

  /** Writes a bus and the time of its change. */
  async put(bus: Bus): Promise<Bus> {
    const now = this.#clock.now();
    const changed = { ...bus, createdAt: bus.createdAt || now, modifiedAt: now };
    await this.#table.put(busKey(bus), changed);
    return changed;
  }

  /**
   * Changes a bus's policy; `undefined` takes it away. Two changes at once both stay.
   * @throws ServiceError `ResourceNotFoundException`; `ConcurrentModificationException` when others changed it all the
   * time.
   */
  async changePolicy(ref: BusRef, change: (bus: Bus) => BusPolicy | undefined): Promise<void> {
    try {
      await updateRow(this.#table, busKey(ref), () => {
        const found = this.get(ref);
        const policy = change(found);
        const { policy: _, ...bus } = found;
        const now = this.#clock.now();
        return { ...bus, ...(policy && { policy }), createdAt: bus.createdAt || now, modifiedAt: now };
      });
    } catch (error) {
      if (!(error instanceof RevisionConflict)) throw error;
      throw new ServiceError('ConcurrentModificationException', `Event bus ${ref.name} was concurrently modified.`);
    }
  }

  async delete(ref: BusRef): Promise<void> {
    await this.#table.delete(busKey(ref));
  }
}

// Caches: the name spaces that topics live in. A topic needs no creating, but its cache must exist.
import { momentoError } from '@earwitness/protocol/internal/momento/errors';
import { ITEM_MAX_BYTES, ITEM_MAX_TTL_SECONDS } from '@earwitness/protocol/internal/momento/limits';
import type { Table } from '../../backbone/table.ts';
import { updateRow } from '../../backbone/update.ts';

export interface Cache {
  readonly name: string;
  /** One that existed from the beginning and was deleted: it is there again after a reset. */
  readonly isDeleted?: true;
}

/** Where the rows of what a cache holds begin. Its name is encoded, so that none is the beginning of another's. */
export function rowPrefix(cache: string): string {
  return `${encodeURIComponent(cache)}/`;
}

export class Caches {
  readonly #table: Table<Cache>;
  // Caches that exist from the beginning come into being when somebody asks; after a reset they do so again.
  readonly #standing: ReadonlySet<string>;

  constructor(table: Table<Cache>, standing: readonly string[]) {
    this.#table = table;
    this.#standing = new Set(standing);
  }

  /** @throws NOT_FOUND_ERROR, INVALID_ARGUMENT_ERROR */
  async require(name: string): Promise<void> {
    if (!(await this.#has(checkName('cache', name)))) throw notFound(name);
  }

  /** @throws ALREADY_EXISTS_ERROR, INVALID_ARGUMENT_ERROR */
  async create(name: string): Promise<void> {
    if (await this.#has(checkName('cache', name))) throw alreadyExists(name);
    await updateRow(this.#table, name, (row) => {
      if (row && !row.isDeleted) throw alreadyExists(name);
      return { name };
    });
  }

  /** @throws NOT_FOUND_ERROR */
  async delete(name: string): Promise<void> {
    await this.require(name);
    if (!this.#standing.has(name)) {
      if (!(await this.#table.delete(name))) throw notFound(name);
      return;
    }
    await updateRow(this.#table, name, (row) => {
      if (row?.isDeleted) throw notFound(name);
      return { name, isDeleted: true as const };
    });
  }

  /** Calls `listener` with each cache that is deleted, on whichever node. */
  watchDeleted(listener: (name: string) => void): void {
    this.#table.watch((name, row) => {
      if (row ? row.value.isDeleted : !this.#standing.has(name)) listener(name);
    });
  }

  /** Every cache, by name. */
  async list(): Promise<Cache[]> {
    for (const name of this.#standing) await this.#has(name);
    return this.#table.list().flatMap(({ value }) => (value.isDeleted ? [] : [value]));
  }

  /** Whether the cache exists from the beginning, and so outlives a reset. */
  isStanding(name: string): boolean {
    return this.#standing.has(name);
  }

  async #has(name: string): Promise<boolean> {
    const row = this.#table.get(name);
    if (row) return !row.value.isDeleted;
    if (!this.#standing.has(name)) return false;
    const { value } = await updateRow(this.#table, name, (other) => other ?? { name });
    return !value.isDeleted;
  }
}

function notFound(name: string) {
  return momentoError('NOT_FOUND_ERROR', `The cache '${name}' does not exist.`);
}

function alreadyExists(name: string) {
  return momentoError('ALREADY_EXISTS_ERROR', `The cache '${name}' exists already.`);
}

/**
 * A cache with its limits, as ListCaches says them. What we enforce is said as it is; rates, which we do not, are those
 * of the vendor's own tests (client-sdk-javascript, create-delete-list-cache, read 2026-11-29).
 */
export function describeCache(
  { name }: Cache,
  limits: { readonly messageMaxBytes: number; readonly subscriptions: { readonly max: number } },
) {
  const { messageMaxBytes, subscriptions } = limits;
  return {
    cacheName: name,
    cacheLimits: {
      maxTrafficRate: 500,
      maxThroughputKbps: 10_240,
      maxItemSizeKb: ITEM_MAX_BYTES / 1024,
      maxTtlSeconds: BigInt(ITEM_MAX_TTL_SECONDS),
    },
    topicLimits: {
      maxPublishRate: 100,
      maxSubscriptionCount: Number.isFinite(subscriptions.max) ? subscriptions.max : 100,
      maxPublishMessageSizeKb: Math.min(Math.ceil(messageMaxBytes / 1024), MAX_UINT32),
    },
  };
}

/** What the wire's field holds at most; `messageMaxBytes` may be Infinity. */
const MAX_UINT32 = 2 ** 32 - 1;

/** @throws INVALID_ARGUMENT_ERROR */
export function checkName(what: 'cache' | 'topic' | 'webhook', name: string): string {
  if (name.trim() === '') throw momentoError('INVALID_ARGUMENT_ERROR', `The ${what} name must not be empty.`);
  return name;
}

// One item of a cache: a value under a key, until its time is over by the cloud's clock.
import { createHash } from 'node:crypto';
import { momentoError } from '@earwitness/protocol/internal/momento/errors';
import { ITEM_MAX_BYTES, ITEM_MAX_TTL_SECONDS } from '@earwitness/protocol/internal/momento/limits';
import { rowPrefix } from '../caches.ts';

/** As tables keep it. */
export interface Item {
  readonly base64: string;
  /** Epoch milliseconds: from then on there is no item. */
  readonly expiresAt: number;
}

/** Which item: the cache's name, and the key's bytes. */
export interface ItemPlace {
  readonly cache: string;
  readonly key: Uint8Array;
}

/** The row of an item. */
export function rowKey({ cache, key }: ItemPlace): string {
  return `${rowPrefix(cache)}${Buffer.from(key).toString('base64url')}`;
}

export function valueIn(item: Item): Buffer {
  return Buffer.from(item.base64, 'base64');
}

/** What an item takes in memory, about. */
export function bytesOf(key: string, item: Item): number {
  return key.length + item.base64.length;
}

/**
 * An item as of `now` (epoch ms).
 * @throws INVALID_ARGUMENT_ERROR for a time to live out of range or an empty key, ITEM_SIZE_LIMIT_EXCEEDED
 */
export function createItem(
  { key }: ItemPlace,
  value: Uint8Array,
  { ttlMs, now }: { readonly ttlMs: bigint; readonly now: number },
): Item {
  const sizeBytes = key.length + value.length;
  if (sizeBytes > ITEM_MAX_BYTES)
    throw momentoError(
      'ITEM_SIZE_LIMIT_EXCEEDED',
      `The item has ${sizeBytes} bytes, key and value; the item size limit is ${ITEM_MAX_BYTES} bytes.`,
    );
  if (key.length === 0) throw momentoError('INVALID_ARGUMENT_ERROR', 'The key is empty.');
  return { base64: Buffer.from(value).toString('base64'), expiresAt: now + checkTtl(ttlMs) };
}

/** @throws INVALID_ARGUMENT_ERROR */
export function checkTtl(ttlMs: bigint): number {
  const maxMs = ITEM_MAX_TTL_SECONDS * 1000;
  if (ttlMs >= 1n && ttlMs <= BigInt(maxMs)) return Number(ttlMs);
  throw momentoError(
    'INVALID_ARGUMENT_ERROR',
    `The time to live is ${ttlMs} ms; expected is 1 to ${maxMs} ms (24 hours).`,
  );
}

/** Ours: SHA-256. Momento does not say which hash its own is; clients only send back what they were told. */
export function hashOf(value: Uint8Array): Buffer {
  return createHash('sha256').update(value).digest();
}

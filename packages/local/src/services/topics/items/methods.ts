// Items over gRPC: the methods of single values. The cache's name is in the metadata. Methods of collections are not
// offered, so that calls of them are UNIMPLEMENTED by name.
import { momentoError } from '@earwitness/protocol/internal/momento/errors';
import {
  CacheResult,
  type GetResponse,
  GetResponseSchema,
  Scs,
  SetResponseSchema,
} from '@earwitness/protocol/internal/momento/gen/cache_pb';
import type { Action } from '@earwitness/protocol/internal/momento/permissions';
import { encode, type RpcCall, type RpcMethod, serverStream, unary } from '../../../http/grpc/method.ts';
import { OK } from '../../../http/grpc/status.ts';
import { checkName } from '../caches.ts';
import { authorize, identifyCaller } from '../caller.ts';
import type { Parts } from '../parts.ts';
import { type Condition, conditionOf, hashConditionOf } from './conditions.ts';
import { checkTtl, createItem, hashOf, type Item, type ItemPlace, valueIn } from './item.ts';

type ItemAction = Extract<Action, { readonly key: Uint8Array }>['kind'];

interface Keyed {
  readonly key: Uint8Array;
}

/** A write as its request has it. */
interface Write extends Keyed {
  readonly value: Uint8Array;
  readonly ttlMs: bigint;
}

const MISSING = { result: { case: 'missing', value: {} } } as const;
const STORED = { result: { case: 'stored', value: {} } } as const;
const NOT_STORED = { result: { case: 'notStored', value: {} } } as const;
const ALWAYS: Condition = () => true;

export function itemMethods(parts: Parts): RpcMethod[] {
  const { items, platform } = parts;
  const now = () => platform.clock.now();

  // Lets the caller to the items of these keys, or to none of them.
  async function admitAll(call: RpcCall, kind: ItemAction, requests: readonly Keyed[]): Promise<void> {
    const caller = identifyCaller(parts, call);
    const cache = checkName('cache', cacheOf(call));
    for (const { key } of requests) authorize(caller, { kind, cache, key });
    await parts.caches.require(cache);
  }

  async function admit(call: RpcCall, kind: ItemAction, request: Keyed): Promise<ItemPlace> {
    await admitAll(call, kind, [request]);
    return { cache: cacheOf(call), key: request.key };
  }

  const store = (place: ItemPlace, { value, ttlMs }: Write, condition: Condition = ALWAYS) =>
    items.update(place, (item) => (condition(item) ? createItem(place, value, { ttlMs, now: now() }) : undefined));

  return [
    unary(Scs.method.get, async (request, call) => hitOrMiss(items.get(await admit(call, 'read items', request)))),
    serverStream(Scs.method.getBatch, async (request, call, outlet) => {
      await admitAll(call, 'read items', request.items);
      const cache = cacheOf(call);
      for (const { key } of request.items) outlet.send(encode(GetResponseSchema, hitOrMiss(items.get({ cache, key }))));
      outlet.end(OK);
    }),
    unary(Scs.method.getWithHash, async (request, call) => {
      const item = items.get(await admit(call, 'read items', request));
      if (!item) return MISSING;
      const value = valueIn(item);
      return found({ value, hash: hashOf(value) });
    }),
    unary(Scs.method.set, async (request, call) => {
      await store(await admit(call, 'write items', request), request);
      return { result: CacheResult.OK };
    }),
    serverStream(Scs.method.setBatch, async (request, call, outlet) => {
      await admitAll(call, 'write items', request.items);
      const cache = cacheOf(call);
      for (const one of request.items) {
        await store({ cache, key: one.key }, one);
        outlet.send(encode(SetResponseSchema, { result: CacheResult.OK }));
      }
      outlet.end(OK);
    }),
    unary(Scs.method.setIf, async (request, call) => {
      const stored = await store(await admit(call, 'compare items', request), request, conditionOf(request));
      return stored ? STORED : NOT_STORED;
    }),
    unary(Scs.method.setIfNotExists, async (request, call) => {
      const place = await admit(call, 'compare items', request);
      return (await store(place, request, (item) => item === undefined)) ? STORED : NOT_STORED;
    }),
    unary(Scs.method.setIfHash, async (request, call) => {
      const isConditional = request.condition.case !== 'always';
      const place = await admit(call, isConditional ? 'compare items' : 'write items', request);
      const stored = await store(place, request, hashConditionOf(request));
      if (!stored) return NOT_STORED;
      return { result: { case: 'stored', value: { hash: hashOf(request.value) } } } as const;
    }),
    unary(Scs.method.delete, async (request, call) => {
      await items.delete(await admit(call, 'write items', request));
      return {};
    }),
    unary(Scs.method.keysExist, async ({ keys }, call) => {
      await admitAll(
        call,
        'read items',
        keys.map((key) => ({ key })),
      );
      const cache = cacheOf(call);
      return { exists: keys.map((key) => items.get({ cache, key }) !== undefined) };
    }),
    unary(Scs.method.increment, async ({ key, amount, ttlMs }, call) => {
      const place = await admit(call, 'compare items', { key });
      let value = amount;
      await items.update(place, (item) => {
        value = add(item, amount);
        return createItem(place, Buffer.from(String(value)), { ttlMs, now: now() });
      });
      return { value };
    }),
    unary(Scs.method.updateTtl, async ({ key, update }, call) => {
      const place = await admit(call, 'compare items', { key });
      if (update.case === undefined) throw momentoError('INVALID_ARGUMENT_ERROR', 'The request has no time to live.');
      const expiresAt = now() + checkTtl(update.value);
      let isThere = false;
      const set = await items.update(place, (item) => {
        isThere = item !== undefined;
        if (!item) return undefined;
        if (update.case === 'increaseToMs' && expiresAt <= item.expiresAt) return undefined;
        if (update.case === 'decreaseToMs' && expiresAt >= item.expiresAt) return undefined;
        return { ...item, expiresAt };
      });
      if (!isThere) return MISSING;
      return { result: { case: set ? 'set' : 'notSet', value: {} } } as const;
    }),
    unary(Scs.method.itemGetTtl, async (request, call) => {
      const item = items.get(await admit(call, 'read items', request));
      return item ? found({ remainingMs: BigInt(item.expiresAt - now()) }) : MISSING;
    }),
    unary(Scs.method.itemGetType, async (request, call) => {
      const item = items.get(await admit(call, 'read items', request));
      return item ? found({ itemType: 0 }) : MISSING;
    }),
  ];
}

/** @throws INVALID_ARGUMENT_ERROR */
function cacheOf({ metadata: { cache } }: RpcCall): string {
  if (typeof cache === 'string') return cache;
  throw momentoError('INVALID_ARGUMENT_ERROR', 'The request names no cache; expected is the metadata `cache`.');
}

function found<Value>(value: Value) {
  return { result: { case: 'found', value } } as const;
}

function hitOrMiss(item: Item | undefined): Pick<GetResponse, 'result' | 'value'> {
  if (!item) return { result: CacheResult.MISS, value: new Uint8Array() };
  return { result: CacheResult.HIT, value: valueIn(item) };
}

/**
 * Source: docs.momentohq.com, cache API reference, Increment: the value is base 10 text; the sum has 64 bits.
 * @throws FAILED_PRECONDITION_ERROR
 */
function add(item: Item | undefined, amount: bigint): bigint {
  const text = item ? valueIn(item).toString() : '0';
  if (!/^[+-]?\d{1,20}$/.test(text))
    throw momentoError(
      'FAILED_PRECONDITION_ERROR',
      'The item is not a whole number in base 10, so it has no increment.',
    );
  const sum = BigInt(text) + amount;
  if (BigInt.asIntN(64, sum) === sum) return sum;
  throw momentoError('FAILED_PRECONDITION_ERROR', `The sum ${sum} does not fit into 64 bits.`);
}

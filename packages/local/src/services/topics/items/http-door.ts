// Items over HTTP: PUT, GET and DELETE /cache/{cache}?key=… . Here API destinations write to caches.
// Source: docs.momentohq.com, cache HTTP API, read 2026-11-29.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { momentoError } from '@earwitness/protocol/internal/momento/errors';
import { parseCachePath } from '@earwitness/protocol/internal/momento/http';
import type { Action } from '@earwitness/protocol/internal/momento/permissions';
import type { Door } from '../../../http/door.ts';
import type { WholeAnswer } from '../../../http/whole/connection.ts';
import { authorize } from '../caller.ts';
import { createHttpDoor, type HttpAsk, jsonAnswer, NOTHING, readWholeBody } from '../http-door.ts';
import type { Parts } from '../parts.ts';
import { createItem, type ItemPlace, valueIn } from './item.ts';

export function createItemsHttpDoor(parts: Parts): Door {
  return createHttpDoor(parts, {
    name: 'cache items over HTTP',
    accepts: /^\/cache\/[^/?]+\/?(\?|$)/,
    methods: 'GET, PUT, DELETE, OPTIONS',
    answer: (ask) => answer(parts, ask),
  });
}

async function answer(parts: Parts, ask: HttpAsk): Promise<WholeAnswer> {
  const { items, platform } = parts;
  const { request, query } = ask;
  switch (request.method) {
    case 'GET': {
      const item = items.get(await admit(parts, ask, 'read items'));
      if (!item) throw momentoError('NOT_FOUND_ERROR', 'Key Not Found');
      const headers = { 'content-type': 'application/octet-stream', 'cache-control': 'no-store' };
      return { status: 200, headers, body: valueIn(item) };
    }
    case 'PUT': {
      const place = await admit(parts, ask, 'write items');
      const ttlMs = parseTtl(query.get('ttl_seconds'));
      const value = await readWholeBody(request);
      await items.update(place, () => createItem(place, value, { ttlMs, now: platform.clock.now() }));
      return NOTHING;
    }
    case 'DELETE':
      await items.delete(await admit(parts, ask, 'write items'));
      return NOTHING;
    default:
      return jsonAnswer(405, { code: 'METHOD_NOT_ALLOWED', message: 'An item takes GET, PUT and DELETE.' });
  }
}

async function admit(
  parts: Parts,
  { path, query, identify }: HttpAsk,
  kind: Extract<Action, { readonly key: Uint8Array }>['kind'],
): Promise<ItemPlace> {
  const caller = identify();
  const cache = parseCachePath(path);
  if (cache === undefined)
    throw momentoError('INVALID_ARGUMENT_ERROR', `The path ${path} is not URL-encoded as it should be.`);
  const place = { cache, key: parseKey(query) };
  authorize(caller, { kind, ...place });
  try {
    await parts.caches.require(cache);
  } catch (error) {
    // Who gets 404 learns from the body whether the key or the cache is missing.
    if (error instanceof ServiceError && error.code === 'NOT_FOUND_ERROR')
      throw momentoError('NOT_FOUND_ERROR', `Cache Not Found: ${error.message}`);
    throw error;
  }
  return place;
}

function parseKey(query: URLSearchParams): Uint8Array {
  const key = query.get('key');
  const base64 = query.get('key_base64');
  if ((key === null) === (base64 === null))
    throw momentoError('INVALID_ARGUMENT_ERROR', 'The query names no key, or two; expected is key or key_base64.');
  if (key !== null) return Buffer.from(key);
  if (!/^[\w-]*={0,2}$/.test(base64 ?? ''))
    throw momentoError(
      'INVALID_ARGUMENT_ERROR',
      'key_base64 is not base64 as URLs have it (letters, digits, - and _).',
    );
  return Buffer.from(base64 ?? '', 'base64url');
}

function parseTtl(text: string | null): bigint {
  if (text === null || !/^\d{1,18}$/.test(text))
    throw momentoError('INVALID_ARGUMENT_ERROR', 'ttl_seconds is missing or no whole number of seconds.');
  return BigInt(text) * 1000n;
}

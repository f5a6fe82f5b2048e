// What to do about an error of Momento's, by the SDK's code or the HTTP status: the sentence that follows Momento's
// own.

import type { KeyForm } from '@earwitness/protocol/internal/momento/key';

const KEY = 'Check MOMENTO_API_KEY: a key is valid for one region and may expire';
const PERMISSION = 'The key (MOMENTO_API_KEY) may not subscribe to this topic: it needs a topic role for the cache';
const CACHE = 'Check CACHE_NAME: topics need a cache that exists, in the region of the key';

const REMEDIES: Readonly<Record<string, string>> = {
  AUTHENTICATION_ERROR: KEY,
  '401': KEY,
  PERMISSION_ERROR: PERMISSION,
  '403': PERMISSION,
  NOT_FOUND_ERROR: CACHE,
  '404': CACHE,
};

// A local cloud on another port, or of another user, signs with another secret.
const LOCAL_KEY = 'Check MOMENTO_API_KEY: eval "$(npx earwitness env)" sets that of the local cloud that is running';

/** These come first when the environment is that of a local cloud. */
const LOCAL_REMEDIES: Readonly<Record<string, string>> = {
  AUTHENTICATION_ERROR: LOCAL_KEY,
  '401': LOCAL_KEY,
  SERVER_UNAVAILABLE:
    'EARWITNESS_URL names a local cloud: start it with `earwitness dev`, or run under `earwitness exec`',
};

/** Clients of v1 and v2 keys call `cache.localhost`, which most machines do not resolve. */
const NAMES =
  'With a v1 or v2 key of a local cloud grpc_proxy has to be set, too: run under `earwitness exec --momento-key`, or eval "$(npx earwitness env)"';

/**
 * The sentence that follows Momento's; empty for codes that say enough.
 * @param code the SDK's, or the HTTP status; SERVER_UNAVAILABLE without a response
 * @param form of the key, where it decides the name that is called
 */
export function remedyFor(code: string, form: KeyForm = 'legacy'): string {
  const isUnproxied = form !== 'legacy' && process.env['EARWITNESS_URL'] && !process.env['grpc_proxy'];
  if (isUnproxied && code === 'SERVER_UNAVAILABLE') return NAMES;
  return (process.env['EARWITNESS_URL'] ? LOCAL_REMEDIES[code] : undefined) ?? REMEDIES[code] ?? '';
}

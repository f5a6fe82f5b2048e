// What to do about an error of Momento's, by the SDK's code or the HTTP status: the sentence that follows Momento's
// own.

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

// Each start of a local cloud signs with a secret of its own, so a shell from before it has a key that is no longer
// accepted.
const LOCAL_KEY =
  'Check MOMENTO_API_KEY: each start of a local cloud has keys of its own, and eval "$(npx earwitness env)" sets the environment again';

/** These come first when the environment is that of a local cloud. */
const LOCAL_REMEDIES: Readonly<Record<string, string>> = {
  AUTHENTICATION_ERROR: LOCAL_KEY,
  '401': LOCAL_KEY,
  SERVER_UNAVAILABLE:
    'EARWITNESS_URL names a local cloud: start it with `earwitness dev`, or run under `earwitness exec`',
};

/**
 * The sentence that follows Momento's; empty for codes that say enough.
 * @param code the SDK's, or the HTTP status; SERVER_UNAVAILABLE without a response
 */
export function remedyFor(code: string): string {
  return (process.env['EARWITNESS_URL'] ? LOCAL_REMEDIES[code] : undefined) ?? REMEDIES[code] ?? '';
}

// What to do about an answer of Momento's, by the SDK's code or the HTTP status: the sentence a person needs behind Momento's own.

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

/** A sentence to go behind Momento's; empty for codes that say enough. */
export function remedyFor(code: string): string {
  return REMEDIES[code] ?? '';
}

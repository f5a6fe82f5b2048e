// What an API key of Momento says of itself, before anything is asked with it. The key is never shown.
import { type KeyForm, readKey } from '@earwitness/protocol/internal/momento/key';
import { ConfigurationError } from '../errors.ts';

/**
 * The form of a key, which says how a client is given it.
 * @param endpoint the host of the region, which a v2 key does not name
 * @throws ConfigurationError for a text that is no key, and for a key that does not say where to go
 */
export function demandKeyForm(apiKey: string, endpoint: string | undefined): KeyForm {
  const key = readKey(apiKey);
  if (!key) {
    throw new ConfigurationError(
      'MOMENTO_API_KEY (option apiKey) is not an API key: it is neither a JWT, as legacy and v2 keys are, nor base64 of {"endpoint","api_key"}, as v1 keys are.',
    );
  }
  if (key.form === 'v2' && endpoint === undefined) {
    throw new ConfigurationError(
      'MOMENTO_API_KEY (option apiKey) is a v2 key, which does not say where to go: set MOMENTO_ENDPOINT (option endpoint) to the host of its region.',
    );
  }
  if (key.form === 'legacy' && key.endpoint === undefined) {
    throw new ConfigurationError(
      'MOMENTO_API_KEY (option apiKey) is a JWT that names no endpoint, as a session token of the console is: make an API key there.',
    );
  }
  return key.form;
}

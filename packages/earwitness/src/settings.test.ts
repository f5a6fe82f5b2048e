import { expect, test } from 'vitest';
import { ConfigurationError } from './errors.ts';
import { demand, resolveSettings } from './settings.ts';
import { subscribe } from './subscribe.ts';

test('an option beats the environment, the environment beats the file, the file beats the default', () => {
  const environment = { CACHE_NAME: 'from env', EARWITNESS_TIMEOUT_MS: '3000', EARWITNESS_CANARY_BUS: 'bus of env' };
  const file = { cache: 'from file', topic: 'from file', timeoutMs: 2000, canary: { bus: 'bus of file' } };
  expect(resolveSettings({ timeoutMs: 1000 }, environment, file)).toMatchObject({
    cache: 'from env',
    topic: 'from file',
    timeoutMs: 1000,
    canary: { bus: 'bus of env' },
  });
  expect(resolveSettings({}, environment, file).timeoutMs).toBe(3000);
  expect(resolveSettings({}, {}, file)).toMatchObject({ timeoutMs: 2000, canary: { bus: 'bus of file' } });
  expect(resolveSettings({}, {})).toMatchObject({ timeoutMs: 4000, keep: 100_000, canary: undefined });
});

test('an empty variable counts as not set', () => {
  expect(resolveSettings({}, { CACHE_NAME: '' }, { cache: 'from file' }).cache).toBe('from file');
});

test('a value that makes no sense is refused with its name', () => {
  expect(() => resolveSettings({}, { EARWITNESS_TIMEOUT_MS: 'soon' })).toThrow(
    new ConfigurationError('timeoutMs (EARWITNESS_TIMEOUT_MS) must be a number above 0, but is "soon".'),
  );
  expect(() => resolveSettings({}, { EARWITNESS_TRANSPORT: 'sns' })).toThrow(
    new ConfigurationError('EARWITNESS_TRANSPORT is "sns"; it can be momento, momento-http, appsync-events.'),
  );
});

test('what is missing is named with the variable that would set it', async () => {
  expect(() => demand(resolveSettings({ cache: 'c' }, {}), 'apiKey', 'cache', 'topic')).toThrow(
    new ConfigurationError(
      'subscribe() does not know its apiKey (or MOMENTO_API_KEY in the environment), topic (or TOPIC_NAME in the environment). Run the tests under "earwitness exec -- …", or set them for the real cloud.',
    ),
  );
  await expect(subscribe()).rejects.toThrow(ConfigurationError);
});

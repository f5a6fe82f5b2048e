// The test kit on the wire, reached by nothing but the environment, beside what every transport owes (transports.test.ts).
import { type Local, startLocal } from '@earwitness/local';
import { ConnectionLostError, EventNotReceivedError, type Subscription, subscribe } from 'earwitness';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

let local: Local;
let before: NodeJS.ProcessEnv;

beforeEach(async () => {
  before = { ...process.env };
  local = await startLocal();
  Object.assign(process.env, local.env);
});

afterEach(async () => {
  await local.close();
  for (const name of Object.keys(local.env)) delete process.env[name];
  Object.assign(process.env, before);
});

/** Publishes to the topic as an API destination would. */
async function publish(message: string | object): Promise<void> {
  const { MOMENTO_HTTP_ENDPOINT, CACHE_NAME, TOPIC_NAME, MOMENTO_API_KEY } = local.env;
  const response = await fetch(`${MOMENTO_HTTP_ENDPOINT}/topics/${CACHE_NAME}/${TOPIC_NAME}`, {
    method: 'POST',
    headers: { authorization: MOMENTO_API_KEY, 'content-type': 'application/json' },
    body: typeof message === 'string' ? message : JSON.stringify(message),
  });
  expect(response.status).toBe(204);
}

describe.each(['momento', 'momento-http'] as const)('over %s', (transport) => {
  test('two subscriptions on one topic both hear', async () => {
    await using one = await subscribe({ transport });
    await using other = await subscribe({ transport });
    await publish({ 'detail-type': 'Tick' });
    const heard = (events: Subscription) => events.waitForMessageMatching({ 'detail-type': 'Tick' });
    await Promise.all([heard(one), heard(other)]);
  });

  test('a cloud that goes away ends open waits with the cause', async () => {
    const events = await subscribe({ transport });
    const waiting = events.waitForMessageMatching({ source: 'OrderService' }, { timeoutMs: 100_000 });
    const [error] = await Promise.all([waiting.catch((reason: unknown) => reason), local.close()]);
    expect(error).toBeInstanceOf(ConnectionLostError);
    expect(error).toHaveProperty('cause.name', 'TransportError');
    await events.unsubscribe();
  });
});

test('a page quotes what the local cloud saw: here, that the topic refused a message', async () => {
  await using events = await subscribe({ transport: 'momento-http' });
  const { MOMENTO_HTTP_ENDPOINT, CACHE_NAME, TOPIC_NAME, MOMENTO_API_KEY } = local.env;
  await fetch(`${MOMENTO_HTTP_ENDPOINT}/topics/${CACHE_NAME}/${TOPIC_NAME}`, {
    method: 'POST',
    headers: { authorization: MOMENTO_API_KEY },
    body: JSON.stringify({ 'detail-type': 'OrderSnapshot', detail: 'x'.repeat(5000) }),
  });
  const error = await events
    .waitForMessageMatching({ 'detail-type': 'OrderSnapshot' }, { timeoutMs: 80 })
    .catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(EventNotReceivedError);
  // What a process publishes to a topic by itself bears no mark of its own.
  expect(String(error)).toContain('  Cause?  topic earwitness/events refused a message: ');
});

// A journal that is too small for what happened: what the kit says of it.
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { startLocal } from '@earwitness/local';
import { EventNotReceivedError, subscribe } from 'earwitness';
import { expect, onTestFinished, test } from 'vitest';

test('a failing wait does not say that nothing was published when the journal has dropped facts of its time', async () => {
  const before = { ...process.env };
  await using local = await startLocal({ journalMaxBytes: 500_000 });
  Object.assign(process.env, local.env);
  onTestFinished(() => {
    for (const name of Object.keys(local.env)) delete process.env[name];
    Object.assign(process.env, before);
  });
  const bus = new EventBridgeClient({});
  onTestFinished(() => bus.destroy());
  await using events = await subscribe({ transport: 'momento-http' });
  for (const DetailType of ['OrderCreated', 'Noise', 'Noise', 'Noise', 'Noise']) {
    const Entries = [{ Source: 'OrderService', DetailType, Detail: JSON.stringify({ pad: 'x'.repeat(150_000) }) }];
    await bus.send(new PutEventsCommand({ Entries }));
  }
  const error = await events.waitForMessageMatching({ 'detail-type': 'OrderCreated' }, { timeoutMs: 50 }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(EventNotReceivedError);
  const page = error instanceof Error ? error.message.replaceAll(/\n\s+/g, ' ') : '';
  expect(page).toMatch(
    /the local cloud's journal has dropped the oldest \d+ facts, as it holds 100,000 facts or 500,000 bytes at most \(journalMaxBytes\)/,
  );
  expect(page).not.toMatch(/no event at all was published|none of them is what was expected/);
});

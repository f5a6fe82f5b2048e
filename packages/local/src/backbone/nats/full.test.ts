// Nodes of a cloud whose server is full.
import { afterEach, expect, test } from 'vitest';
import { type Clock, createClock } from '../../clock/clock.ts';
import { type MessageQueue, messageQueueOf } from '../message-queue.ts';
import { createSharedBackbone } from '../shared/backbone.ts';
import { ServerRefuses } from '../shared/server.ts';
import { readAddress } from './address.ts';
import { connectNats } from './server.ts';
import { natsServer, startTestServer } from './test-server.ts';

const TEXTS = messageQueueOf<string>('test/texts');

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});

test.skipIf(!natsServer)(
  'queues refuse in its words on every node, at once, and go on when there is room',
  { timeout: 30_000 },
  async () => {
    const one = await startTestServer('', 'jetstream { store_dir: "DIR", max_file_store: 4MB }');
    stops.push(one.stop);
    const [keeper, other] = await Promise.all(
      ['keeper', 'other'].map(async (name) => {
        const clock = createClock();
        const server = await connectNats(await readAddress(one.url), { clock });
        const node = createSharedBackbone(server, { clock, name, createId: () => `${name}-1`, beatMs: 100 });
        stops.push(() => node.close());
        await node.open();
        return { server, send: sendTo(node.queue(TEXTS, 'q', { isOrdered: false }), clock) };
      }),
    );
    if (!keeper || !other) throw new Error('No nodes.');
    await keeper.send();
    await other.send();
    const filler = await keeper.server.stream('filler');
    const fill = async () => {
      for (let n = 0; ; n++) await filler.publish(`filler.${n}`, new Uint8Array(20_000));
    };
    await expect(fill()).rejects.toThrow(ServerRefuses);
    await expect(keeper.send()).rejects.toThrow('insufficient resources');
    // The keeper has lost its shard by that, and may not take it again.
    for (let n = 0; n < 3; n++) {
      await expect(keeper.send()).rejects.toThrow(ServerRefuses);
      await expect(other.send()).rejects.toThrow(ServerRefuses);
    }
    await filler.purge();
    await expect.poll(() => keeper.send().then(() => 'sent', String), { timeout: 10_000 }).toBe('sent');
    await other.send();
  },
);

function sendTo(queue: MessageQueue<string>, clock: Clock) {
  let sent = 0;
  return () =>
    queue.send({ id: `${++sent}`, content: 'x'.repeat(20_000), sentAt: clock.now(), visibleAt: clock.now() });
}

// Nodes of a cloud whose server is full.
import { afterEach, describe, expect, test } from 'vitest';
import { type Clock, createClock } from '../../clock/clock.ts';
import { logOf } from '../log.ts';
import { type MessageQueue, messageQueueOf } from '../message-queue.ts';
import { createSharedBackbone, type SharedBackbone } from '../shared/backbone.ts';
import { ServerRefuses } from '../shared/server.ts';
import { tableOf } from '../table.ts';
import { readAddress } from './address.ts';
import { connectNats } from './server.ts';
import { natsServer, startTestServer } from './test-server.ts';

const TEXTS = messageQueueOf<string>('test/texts');
const ROWS = tableOf<{ readonly text: string }>('test/rows');
const LINES = logOf<string>('test/lines', { maxEntries: 1e6, maxBytes: 1e9, sizeBytes: (line) => line.length });

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

describe.skipIf(!natsServer)('a full server', () => {
  async function openFull(fill: (node: SharedBackbone, clock: Clock) => Promise<unknown>) {
    const one = await startTestServer('', 'jetstream { store_dir: "DIR", max_file_store: 4MB }');
    stops.push(one.stop);
    const clock = createClock();
    const nodes = await Promise.all(
      ['one', 'other'].map(async (name) => {
        const server = await connectNats(await readAddress(one.url), { clock });
        const node = createSharedBackbone(server, { clock, name, createId: () => `${name}-1`, beatMs: 100 });
        stops.push(() => node.close());
        await node.open();
        return node;
      }),
    );
    const [node, other] = nodes;
    if (!node || !other) throw new Error('No nodes.');
    const filling = async () => {
      for (;;) await fill(node, clock);
    };
    await expect(filling()).rejects.toThrow(ServerRefuses);
    return { clock, node, other };
  }
  const fillQueue = (node: SharedBackbone, clock: Clock) =>
    sendTo(node.queue(TEXTS, 'q', { isOrdered: false }), clock)();
  let rows = 0;
  const fillTable = (node: SharedBackbone) => node.table(ROWS).put(`${++rows}`, { text: 'x'.repeat(20_000) });
  const fillPieces = (node: SharedBackbone) => node.table(ROWS).put(`${++rows}`, { text: 'x'.repeat(1_500_000) });
  const fillLog = (node: SharedBackbone) => node.log(LINES, 'x').append('x'.repeat(20_000));
  const fillBodies = (node: SharedBackbone) =>
    node.bodies.write(
      (async function* () {
        yield new Uint8Array(200_000);
      })(),
    );

  test.each([
    ['messages', fillQueue],
    ['rows', fillTable],
    ['large rows', fillPieces],
    ['entries', fillLog],
    ['bodies', fillBodies],
  ])('of %s is empty after a reset, and goes on', { timeout: 30_000 }, async (_what, fill) => {
    const { clock, node, other } = await openFull(fill);
    await other.clear();
    await other.catchUp();
    expect(other.table(ROWS).list()).toEqual([]);
    expect((await other.log(LINES, 'x').bounds()).last).toBe(0);
    expect(await other.queue(TEXTS, 'q', { isOrdered: false }).counts()).toMatchObject({ visible: 0 });
    for (const each of [node, other]) for (const again of [fillQueue, fillTable]) await again(each, clock);
  });

  test.each([
    ['messages', fillQueue],
    ['entries', fillLog],
  ])('of %s is purged, and goes on', { timeout: 30_000 }, async (_what, fill) => {
    const { clock, node, other } = await openFull(fill);
    await other.purge();
    expect(await other.queue(TEXTS, 'q', { isOrdered: false }).counts()).toMatchObject({ visible: 0 });
    for (const each of [node, other]) for (const again of [fillQueue, fillTable, fillLog]) await again(each, clock);
  });
});

function sendTo(queue: MessageQueue<string>, clock: Clock) {
  let sent = 0;
  return () =>
    queue.send({ id: `${++sent}`, content: 'x'.repeat(20_000), sentAt: clock.now(), visibleAt: clock.now() });
}

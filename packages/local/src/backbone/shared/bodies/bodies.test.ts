import { expect, test } from 'vitest';
import { createClock } from '../../../clock/clock.ts';
import { createMemoryTable } from '../../memory/table.ts';
import { connectSimulated, SimulatedStore } from '../../simulated/server.ts';
import { Wire } from '../../simulated/wire.ts';
import { type BodyRow, SharedBodies } from './bodies.ts';
import { cut } from './cut.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

function open() {
  const clock = createClock({ frozenAt: 0 });
  const [store, wire] = [new SimulatedStore(), new Wire(clock, 1)];
  const rows = createMemoryTable<BodyRow>('bodies');
  const join = () => {
    const server = connectSimulated(store, wire);
    return { server, bodies: new SharedBodies(server, { rows, clock }) };
  };
  const pieces = () => store.stream('bodies').read('bodies.>').length;
  return { clock, join, pieces, rows, settled: () => wire.settled() };
}

async function* bytesOf(sizeBytes: number): AsyncGenerator<Uint8Array> {
  yield new Uint8Array(sizeBytes);
}

test('what a node that died has half written is dropped by another, a day later', async () => {
  const { clock, join, pieces, rows, settled } = open();
  const { server, bodies } = join();
  const half = async function* () {
    yield* bytesOf(200_000);
    await settled();
    server.die();
    yield* bytesOf(200_000);
  };
  void bodies.write(half());
  while (pieces() < 3) await settled();
  await clock.advance(DAY_MS);
  const next = join();
  await next.bodies.open();
  await settled();
  expect([pieces(), rows.list()]).toEqual([0, []]);
  bodies.close();
});

test('what a node removed and did not drop before it died is dropped by another, a day later', async () => {
  const { clock, join, pieces, rows, settled } = open();
  const { server, bodies } = join();
  const { id } = await bodies.write(bytesOf(200_000));
  await bodies.remove(id);
  server.die();
  bodies.close();
  const next = join();
  await next.bodies.open();
  await clock.advance(DAY_MS - 1);
  expect(pieces()).toBe(4);
  await clock.advance(1);
  await settled();
  expect([pieces(), rows.list()]).toEqual([0, []]);
});

test('a write that fails leaves nothing', async () => {
  const { join, pieces, rows, settled } = open();
  const { bodies } = join();
  const broken = async function* () {
    yield* bytesOf(200_000);
    throw new Error('gone');
  };
  await expect(bodies.write(broken())).rejects.toThrow('gone');
  await settled();
  expect([pieces(), rows.list()]).toEqual([0, []]);
});

test('bytes are cut into pieces of one size, whatever they come in', async () => {
  const chunks = async function* () {
    for (const sizeBytes of [3, 0, 8, 1]) yield* bytesOf(sizeBytes);
  };
  const sizes: number[] = [];
  for await (const piece of cut(chunks(), 4)) sizes.push(piece.byteLength);
  expect(sizes).toEqual([4, 4, 4]);
});

// One contract for every backbone's bodies.
import { describe, expect, test } from 'vitest';
import type { Backbone } from './backbone.ts';
import { BodiesCleared, type Body, REMOVED_MS } from './bodies.ts';
import { backbones } from './under-test.ts';

/** Larger than several messages of any server. */
const LARGE = 1_500_000;

/** Bytes of which each says where it stands. */
function bytesOf(sizeBytes: number): Buffer {
  const bytes = Buffer.alloc(sizeBytes);
  for (let at = 0; at < sizeBytes; at++) bytes[at] = (at + (at >> 8) * 7) % 251;
  return bytes;
}

async function* chunksOf(bytes: Uint8Array, sizeBytes = 60_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += sizeBytes) yield bytes.subarray(at, at + sizeBytes);
}

async function read({ bodies }: Backbone, body: Body, start = 0, end = body.sizeBytes): Promise<Buffer> {
  const read: Uint8Array[] = [];
  for await (const bytes of bodies.read(body, start, end)) read.push(bytes);
  return Buffer.concat(read);
}

const endOf = (doing: Promise<unknown>) =>
  doing.then(
    () => 'done',
    () => 'failed',
  );

describe.each(backbones)('bodies: %s', (_name, create) => {
  test('what was written on one node is read on the other, whole and in parts', async () => {
    const { here, there } = create();
    const bytes = bytesOf(LARGE);
    const body = await here.bodies.write(chunksOf(bytes));
    expect(body.sizeBytes).toBe(LARGE);
    for (const node of [here, there]) {
      expect((await read(node, body)).equals(bytes)).toBe(true);
      for (const [start, end] of [
        [0, 1],
        [LARGE - 1, LARGE],
        [0, 64_512],
        [64_511, 64_513],
        [500_000, 1_100_000],
        [7, 7],
      ] as const) {
        expect((await read(node, body, start, end)).equals(bytes.subarray(start, end))).toBe(true);
      }
    }
    await here.clear();
  });

  test('an empty body, and chunks of any size', async () => {
    const { here, there } = create();
    const empty = await here.bodies.write(chunksOf(bytesOf(0)));
    expect([empty.sizeBytes, (await read(there, empty)).length]).toEqual([0, 0]);
    const bytes = bytesOf(200_000);
    for (const chunk of [64_512, 200_000, 999]) {
      const body = await here.bodies.write(chunksOf(bytes, chunk));
      expect((await read(there, body)).equals(bytes)).toBe(true);
    }
    await here.clear();
  });

  test('bodies that are written at once do not meet', async () => {
    const { here, there } = create();
    const sizes = [100_000, 150_000, 200_000];
    const written = await Promise.all(
      sizes.map((size, index) => (index === 1 ? there : here).bodies.write(chunksOf(bytesOf(size)))),
    );
    for (const [index, body] of written.entries()) {
      expect((await read(here, body)).equals(bytesOf(sizes[index] ?? 0))).toBe(true);
    }
    await here.clear();
  });

  test('what the stream throws is thrown on', async () => {
    const { here } = create();
    const broken = async function* () {
      yield* chunksOf(bytesOf(200_000));
      throw new Error('the client went away');
    };
    await expect(here.bodies.write(broken())).rejects.toThrow('the client went away');
    await here.clear();
  });

  test('a body that was removed is gone after a while, and no sooner for whoever reads it', async () => {
    const { clock, here, there, settled } = create();
    const bytes = bytesOf(LARGE);
    const body = await here.bodies.write(chunksOf(bytes));
    await settled();
    const slow = here.bodies.read(body, 0, LARGE);
    const elsewhere = there.bodies.read(body, 0, LARGE);
    const begun: Uint8Array[] = [];
    for (const reading of [slow, elsewhere]) {
      const { value } = await reading.next();
      if (reading === slow) begun.push(value);
    }
    await here.bodies.remove(body.id);
    await here.bodies.remove(body.id);
    for await (const _ of elsewhere);
    await clock.advance(REMOVED_MS + 1000);
    for await (const bytes of slow) begun.push(bytes);
    expect(Buffer.concat(begun).equals(bytes)).toBe(true);
    await clock.advance(REMOVED_MS);
    await settled();
    expect(await endOf(read(there, body))).toBe('failed');
    await here.clear();
  });

  test('a reader that leaves early keeps nothing', async () => {
    const { clock, here, there, settled } = create();
    const body = await here.bodies.write(chunksOf(bytesOf(LARGE)));
    for await (const _ of here.bodies.read(body, 0, LARGE)) break;
    await settled();
    await there.bodies.remove(body.id);
    await clock.advance(REMOVED_MS + 1000);
    await settled();
    expect(await endOf(read(here, body))).toBe('failed');
    await here.clear();
  });

  test('clear forgets all, also what is being written', async () => {
    const { here, there, settled } = create();
    const body = await here.bodies.write(chunksOf(bytesOf(200_000)));
    await settled();
    const cleared = async function* () {
      yield* chunksOf(bytesOf(200_000));
      await there.clear();
      await settled();
      yield* chunksOf(bytesOf(200_000));
    };
    await expect(here.bodies.write(cleared())).rejects.toBeInstanceOf(BodiesCleared);
    expect(await endOf(read(there, body))).toBe('failed');
    const next = await there.bodies.write(chunksOf(bytesOf(100_000)));
    expect((await read(here, next)).length).toBe(100_000);
    await here.clear();
  });
});

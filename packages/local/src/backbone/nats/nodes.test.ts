// Two nodes of one cloud on a real server: bodies, which are many large messages, and a restart of both.
import { afterEach, expect, test } from 'vitest';
import { createClock } from '../../clock/clock.ts';
import { createSharedBackbone } from '../shared/backbone.ts';
import { readAddress } from './address.ts';
import { connectNats } from './server.ts';
import { natsServer, startTestServer } from './test-server.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});

let joined = 0;
async function join(url: string) {
  const clock = createClock();
  const server = await connectNats(await readAddress(url), { clock });
  const node = `node${++joined}`;
  let ids = 0;
  const backbone = createSharedBackbone(server, { clock, createId: () => `${node}-${++ids}` });
  await backbone.open();
  stops.push(() => backbone.close());
  return backbone;
}

function bytesOf(sizeBytes: number): Buffer {
  const bytes = Buffer.alloc(sizeBytes);
  for (let at = 0; at < sizeBytes; at++) bytes[at] = (at + (at >> 8) * 7) % 251;
  return bytes;
}

async function* chunksOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += 65_536) yield bytes.subarray(at, at + 65_536);
}

test.skipIf(!natsServer)('a body that one node wrote is read by another, and after all have left', async () => {
  const nats = await startTestServer();
  stops.push(nats.stop);
  const [a, b] = [await join(nats.url), await join(nats.url)];
  const bytes = bytesOf(5_000_000);
  const body = await a.bodies.write(chunksOf(bytes));
  const read = async (node: typeof a, start = 0, end = body.sizeBytes) => {
    const pieces: Uint8Array[] = [];
    for await (const piece of node.bodies.read(body, start, end)) pieces.push(piece);
    return Buffer.concat(pieces);
  };
  expect((await read(b)).equals(bytes)).toBe(true);
  expect((await read(b, 524_287, 524_290)).equals(bytes.subarray(524_287, 524_290))).toBe(true);
  await a.close();
  await b.close();
  const c = await join(nats.url);
  expect((await read(c)).equals(bytes)).toBe(true);
  await c.clear();
  await expect(read(c)).rejects.toThrow('is gone');
});

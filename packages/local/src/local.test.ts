import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { startLocal } from './local.ts';

test('two local clouds run in one process, each on its own ports', async () => {
  await using one = await startLocal();
  await using two = await startLocal();
  expect(new Set([one.url, one.httpsUrl, two.url, two.httpsUrl]).size).toBe(4);
  expect((await fetch(two.url)).status).toBe(404);
});

test('a port that is taken is refused by number', async () => {
  await using one = await startLocal();
  const port = Number(new URL(one.url).port);
  await expect(startLocal({ port })).rejects.toThrow(
    `Port ${port} on 127.0.0.1 is already in use, perhaps by another Earwitness. Choose another port, or 0 for any free one.`,
  );
});

test('closing ends idle and silent connections at once', async () => {
  const local = await startLocal();
  const ended = [local.url, local.url, local.httpsUrl].map((url, index) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    if (index === 0) socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\n');
    return new Promise((resolve) => socket.on('connect', () => socket.on('close', resolve).on('error', () => {})));
  });
  await (await fetch(local.url)).text();
  await local.close();
  await Promise.all(ended);
  await expect(fetch(local.url)).rejects.toThrow('fetch failed');
});

import { createServer, get, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { wallClock } from './clock.ts';
import { findOwnRequests, observeRequests } from './own-requests.ts';

let server: Server;
let url: string;

/** Answers with the header that the path names. */
beforeAll(async () => {
  server = createServer(({ url: path = '' }, response) => {
    const [, name = '', id = ''] = path.split('/');
    response.setHeader(name, id).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

const BY_FETCH = '11111111-1111-4111-8111-111111111111';
const BY_NODE = '22222222-2222-4222-8222-222222222222';
const TO_HTTP_API = '33333333-3333-4333-8333-333333333333';
const OF_ANOTHER = '44444444-4444-4444-8444-444444444444';

test('requests of this process are known by the ids of their answers, whichever client sent them', async () => {
  observeRequests();
  observeRequests();
  const before = wallClock.now();
  await fetch(`${url}/x-amzn-requestid/${BY_FETCH}`);
  await new Promise<void>((done) =>
    get(`${url}/X-Amzn-RequestId/${BY_NODE}`, (answer) => answer.resume().on('end', done)),
  );
  // An HTTP API tells its extended id alone, and the journal has the other.
  const extended = `${Buffer.from(TO_HTTP_API.replaceAll('-', ''), 'hex').toString('base64').slice(0, 15)}=`;
  await fetch(`${url}/apigw-requestid/${extended}`);
  const known = (since: number) =>
    [BY_FETCH, BY_NODE, TO_HTTP_API, OF_ANOTHER].map((id) => findOwnRequests(since).has(id));
  expect(known(before)).toEqual([true, true, true, false]);
  expect(known(wallClock.now() + 1)).toEqual([false, false, false, false]);
});

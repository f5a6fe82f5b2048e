// A body without end, and a caller that goes away in the middle of it, over either version of HTTP.
import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:http2';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Local, startLocalWith } from '../local.ts';
import { streamBody } from './answer.ts';
import { type Door, isGone } from './door.ts';
import { askingOf } from './http-call.ts';

/** What the caller's going away has ended. */
let ended: string[] = [];
let hasEnded = () => {};

async function* endless() {
  try {
    // A turn of the loop each time: what nobody ends would go on for ever, and nothing else would run.
    for (let sent = 0; sent < 1000; sent++) {
      yield Buffer.alloc(65_536);
      await new Promise((resolve) => setImmediate(resolve));
    }
    ended.push('read to its end');
  } finally {
    ended.push('closed');
    hasEnded();
  }
}

let local: Local;
beforeAll(async () => {
  const door: Door = {
    name: 'a stream',
    pages: 'any',
    accepts: ({ url }) => url === '/stream',
    refuse() {},
    async handle(_request, response) {
      response.writeHead(200);
      await streamBody(response, endless());
      // Whoever asks late is told, too.
      askingOf(_request, response).whenGone(() => ended.push(`told, and it is ${isGone(response) ? 'gone' : 'there'}`));
    },
  };
  local = await startLocalWith([() => ({ name: 'test', operations: {}, doors: [door] })]);
});
afterAll(() => local.close());

async function leaveOverHttp1(): Promise<void> {
  const asking = request(`${local.url}/stream`).on('error', () => {});
  const [answer] = await once(asking.end(), 'response');
  await once(answer, 'data');
  asking.destroy();
}

async function leaveOverHttp2(): Promise<void> {
  const session = connect(local.url);
  const stream = session.request({ ':path': '/stream' }).on('error', () => {});
  await once(stream, 'data');
  stream.close(8);
  await once(stream, 'close');
  session.close();
}

test.each([
  ['HTTP/1.1', leaveOverHttp1],
  ['HTTP/2', leaveOverHttp2],
])('who goes away over %s ends what the rest of the body comes from', async (_version, leave) => {
  ended = [];
  const end = new Promise<void>((resolve) => {
    hasEnded = resolve;
  });
  await leave();
  await end;
  await new Promise((resolve) => setImmediate(resolve));
  expect(ended).toEqual(['closed', 'told, and it is gone']);
});

import { type ClientHttp2Session, connect } from 'node:http2';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Local, startLocalWith } from '../local.ts';

let local: Local;
let admin: string;

beforeEach(async () => {
  local = await startLocalWith([], { momentoAdminPort: 0 });
  admin = local.momentoAdminUrl ?? '';
});
afterEach(() => local.close());

/** A new HTTP/2 connection, once the other end has spoken on it; `broken` when it never did. */
function tryHttp2(): Promise<ClientHttp2Session | 'broken'> {
  return new Promise((resolve) => {
    const session = connect(local.url);
    session.on('error', () => {});
    session.on('close', () => resolve('broken'));
    session.on('remoteSettings', () => resolve(session));
  });
}

test('a block breaks HTTP/2 connections that are there and those that come, until it is taken away', async () => {
  const there = await tryHttp2();
  if (there === 'broken') throw new Error(there);
  const broken = new Promise((resolve) => there.on('close', resolve));
  const answer = await fetch(`${admin}/block`);
  expect([answer.status, await answer.json()]).toEqual([200, { grpc: 'blocked' }]);
  await broken;
  expect(await tryHttp2()).toBe('broken');
  expect((await fetch(`${local.url}/_earwitness`)).status).toBe(200);
  expect(await (await fetch(`${admin}/unblock`, { method: 'POST' })).json()).toEqual({ grpc: 'open' });
  expect(await tryHttp2()).not.toBe('broken');
});

test('other paths are told what there is; pages of other origins are refused', async () => {
  const unknown = await fetch(`${admin}/blocks`);
  expect([unknown.status, await unknown.json()]).toEqual([
    404,
    { message: 'There is no /blocks here; there are /block and /unblock.' },
  ]);
  expect((await fetch(`${admin}/block`, { headers: { origin: 'https://evil.example' } })).status).toBe(403);
  expect(await tryHttp2()).not.toBe('broken');
});

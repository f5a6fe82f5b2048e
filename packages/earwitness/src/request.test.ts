import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { isOk, readJson, readText, request } from './request.ts';

let url: string;
const server = createServer(async (asked, answer) => {
  let body = '';
  for await (const chunk of asked) body += chunk;
  const { method, headers } = asked;
  if (asked.url === '/cut')
    return void answer.writeHead(200, { 'content-length': 9 }).write('cut', () => answer.destroy());
  answer
    .writeHead(asked.url === '/no' ? 404 : 200)
    .end(JSON.stringify({ method, body, length: headers['content-length'] }));
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

test('a request has its method and its body, whatever a test put in the place of fetch', async () => {
  vi.stubGlobal('fetch', () => {
    throw new Error('not this one');
  });
  expect(await readJson(await request(url))).toEqual({ method: 'GET', body: '' });
  const posted = await request(url, { method: 'POST', body: 'é' });
  expect([isOk(posted), await readJson(posted)]).toEqual([true, { method: 'POST', body: 'é', length: '2' }]);
  vi.unstubAllGlobals();
});

test('an answer that is no success is an answer', async () => {
  const answer = await request(`${url}/no`);
  expect([isOk(answer), answer.status, answer.statusText]).toEqual([false, 404, 'Not Found']);
  answer.body.resume();
});

test.each([
  ['nobody there', () => request('http://127.0.0.1:1'), { code: 'ECONNREFUSED' }],
  ['what is no URL', () => request('nowhere'), { code: 'ERR_INVALID_URL' }],
  ['an aborted signal', () => request(url, { signal: AbortSignal.abort() }), { name: 'AbortError' }],
  ['a body that is cut short', async () => readText(await request(`${url}/cut`)), { code: 'ECONNRESET' }],
])('%s rejects', async (_what, asked, reason) => {
  await expect(asked()).rejects.toMatchObject(reason);
});

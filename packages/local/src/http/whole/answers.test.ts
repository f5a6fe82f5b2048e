// What a door answers to requests that came whole is sent byte for byte as Node's HTTP server sends it: each request
// goes out twice on a connection, and a header that stands twice leaves the second connection to Node.
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Local, startLocalWith } from '../../local.ts';
import { sendAnswer } from '../answer.ts';
import { readBody } from '../body.ts';
import type { AnyRequest, Door } from '../door.ts';
import type { WholeAnswer } from './connection.ts';

const ANSWERS: Readonly<Record<string, WholeAnswer>> = {
  '/text': { status: 200, headers: { 'content-type': 'text/plain', 'x-a': '1, 2' }, body: 'hello' },
  '/umlauts': { status: 201, headers: { 'x-name': 'J\u00fcrgen' }, body: Buffer.from('ä€') },
  '/text-beyond-ascii': { status: 201, headers: {}, body: 'ä€' },
  '/bytes': { status: 200, headers: {}, body: Buffer.from([0, 255, 13, 10]) },
  '/cookies': { status: 404, headers: { 'set-cookie': ['a=1', 'b=2'], vary: 'origin' }, body: '{}' },
  '/nothing': { status: 204, headers: { 'x-a': '1' }, body: '' },
  '/unchanged': { status: 304, headers: { etag: '"1"' }, body: 'nobody reads this' },
  '/empty': { status: 200, headers: {}, body: '' },
  '/dated': { status: 200, headers: { date: 'Sun, 22 Nov 2026 12:00:00 GMT' }, body: '' },
  '/unknown-status': { status: 299, headers: {}, body: '' },
};
const UNSENDABLE: Readonly<Record<string, WholeAnswer>> = {
  '/value': { status: 200, headers: { 'x-a': 'a\r\nb: c' }, body: '' },
  '/name': { status: 200, headers: { 'x a': '1' }, body: '' },
};

let home = '';
let local: Local;
const readByNode: boolean[] = [];
const gone: string[] = [];
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'earwitness-'));
  const answer = async (request: AnyRequest): Promise<WholeAnswer> => {
    const { method, url = '', rawHeaders, httpVersion, socket } = request;
    const body = (await readBody(request, 1000)).toString();
    const sent = rawHeaders.filter((_, index) => rawHeaders[index - (index % 2)] !== 'X-Twice');
    const told = { method, url, httpVersion, from: socket.remoteAddress, sent, body };
    return ANSWERS[url] ?? UNSENDABLE[url] ?? { status: 200, headers: {}, body: JSON.stringify(told) };
  };
  const door: Door = {
    name: 'an API',
    pages: 'any',
    accepts: ({ headers }) => headers.host === 'api.localhost',
    refuse() {},
    async handle(request, response) {
      readByNode.push(true);
      sendAnswer(response, await answer(request));
    },
    answer(request) {
      readByNode.push(false);
      request.whenGone(() => gone.push(request.url));
      return answer(request);
    },
  };
  local = await startLocalWith([() => ({ name: 'events', operations: {}, doors: [door] })], { home });
});
afterAll(async () => {
  await local.close();
  await rm(home, { recursive: true });
});

/** Sends the request, again with `Connection: close`, and reads to the end. */
async function ask([line = '', ...headers]: readonly string[], body = ''): Promise<string> {
  const write = (connection: string) => [line, 'Host: api.localhost', ...headers, connection, '', body].join('\r\n');
  const socket = connect({ port: Number(new URL(local.url).port), host: '127.0.0.1' });
  socket.write(write('Connection: keep-alive') + write('Connection: close'));
  let said = '';
  for await (const piece of socket.setEncoding('latin1')) said += piece;
  return said.replace(/Date: (?!Sun, 22 Nov 2026 12:00:00)[^\r]*/g, 'Date: NOW');
}

async function askBoth(head: readonly string[], body?: string) {
  readByNode.length = 0;
  const whole = await ask(head, body);
  const node = await ask([...head, 'X-Twice: 1', 'X-Twice: 2'], body);
  expect(readByNode).toEqual([false, false, true, true]);
  return { whole, node };
}

test.each(Object.keys(ANSWERS))('%s', async (path) => {
  const { whole, node } = await askBoth([`GET ${path} HTTP/1.1`]);
  expect(whole).toBe(node);
});

test.each([
  ['GET without a body', ['GET /a/b%20c?d=e&f HTTP/1.1', 'X-Some-Thing:  1 '], ''],
  ['GET with a body', ['GET /a HTTP/1.1', 'Content-Length: 2'], 'hi'],
  ['POST', ['POST /a HTTP/1.1', 'Content-Length: 2'], 'hi'],
  ['PUT', ['PUT /a HTTP/1.1', 'content-length: 0'], ''],
  ['PATCH', ['PATCH /a?b?c#d HTTP/1.1', 'content-length: 2'], 'hi'],
  ['DELETE', ['DELETE / HTTP/1.1'], ''],
])('what a door sees of a request is the same: %s', async (_what, head, body) => {
  const { whole, node } = await askBoth(head, body);
  expect(whole).toBe(node);
});

test.each(Object.keys(UNSENDABLE))('an answer that cannot be written is a fault of ours: %s', async (path) => {
  local.journal.clear();
  const said = await ask([`GET ${path} HTTP/1.1`]);
  expect(said.match(/HTTP.*/g)).toEqual(['HTTP/1.1 500 Internal Server Error', 'HTTP/1.1 500 Internal Server Error']);
  const faults = local.journal.read().filter(({ kind }) => kind === 'fault');
  expect(faults).toMatchObject([{ about: 'door an API' }, { about: 'door an API' }]);
});

test('an answer in one piece ends a connection that its request closes', async () => {
  const said = await ask(['GET /text HTTP/1.1']);
  expect(said.split('\r\n')).toEqual([
    'HTTP/1.1 200 OK',
    'content-type: text/plain',
    'x-a: 1, 2',
    'content-length: 5',
    'Date: NOW',
    'Connection: keep-alive',
    'Keep-Alive: timeout=120',
    '',
    'helloHTTP/1.1 200 OK',
    'content-type: text/plain',
    'x-a: 1, 2',
    'content-length: 5',
    'Date: NOW',
    'Connection: close',
    '',
    'hello',
  ]);
});

test('a caller that closes the connection when it has its answer did not go away', async () => {
  gone.length = 0;
  await ask(['GET /first HTTP/1.1']);
  // By then the first connection is closed at this end, too.
  await ask(['GET /second HTTP/1.1']);
  expect(gone).not.toContain('/first');
});

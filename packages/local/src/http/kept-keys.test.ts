// What a restart leaves of the keys that were handed out.
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type LocalOptions, startLocal } from '../local.ts';

let home = '';
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'earwitness-'));
});
afterEach(() => rm(home, { recursive: true }));

interface Seen {
  readonly port: number;
  readonly tlsPort: number;
  readonly key: string;
  /** The answer to a message published with the key of an earlier start. */
  readonly answer?: readonly unknown[];
}

/** Starts a cloud, asks it with a key, and ends it. */
async function start(options: LocalOptions, key?: string): Promise<Seen> {
  await using local = await startLocal({ home, ...options });
  const { MOMENTO_HTTP_ENDPOINT, MOMENTO_API_KEY, CACHE_NAME } = local.env;
  const seen = {
    port: Number(new URL(local.url).port),
    tlsPort: Number(new URL(local.httpsUrl).port),
    key: MOMENTO_API_KEY,
  };
  if (key === undefined) return seen;
  const url = `${MOMENTO_HTTP_ENDPOINT}/topics/${CACHE_NAME}/orders`;
  const response = await fetch(url, { method: 'POST', headers: { authorization: key }, body: 'hello' });
  return { ...seen, answer: [response.status, await response.text()] };
}

const STALE = {
  code: 'AUTHENTICATION_ERROR',
  message:
    'The API key was minted by another local cloud, or by an earlier start of this one. ' +
    'eval "$(npx earwitness env)" sets a new MOMENTO_API_KEY, and npx earwitness token prints one.',
};

test('a cloud on the same port takes the keys of the one before it, and listens where they lead', async () => {
  const { port } = await start({});
  const first = await start({ port, keepKeys: true });
  const second = await start({ port, keepKeys: true }, first.key);
  expect([second.tlsPort, second.answer]).toEqual([first.tlsPort, [204, '']]);
  const file = join(home, `keys-${port}.json`);
  expect(((await stat(file)).mode & 0o777).toString(8)).toBe('600');
});

test('where keys are not kept, those of an earlier start are refused by a sentence that says so', async () => {
  const first = await start({});
  const second = await start({ port: first.port }, first.key);
  expect([second.answer?.[0], JSON.parse(String(second.answer?.[1]))]).toEqual([401, STALE]);
  expect((await readdir(home)).filter((name) => name.startsWith('keys'))).toEqual([]);
});

test('on any free port nothing is kept', async () => {
  await start({ keepKeys: true });
  expect((await readdir(home)).filter((name) => name.startsWith('keys'))).toEqual([]);
});

test('where the TLS port of the last start is in use, another is taken and kept', async () => {
  const { port } = await start({});
  const first = await start({ port, keepKeys: true });
  const other = createServer();
  const { port: taken } = await new Promise<AddressInfo>((resolve) => {
    other.listen(first.tlsPort, '127.0.0.1', () => resolve(other.address() as AddressInfo));
  });
  const second = await start({ port, keepKeys: true }, first.key);
  await new Promise((resolve) => other.close(resolve));
  const third = await start({ port, keepKeys: true });
  expect([second.tlsPort === taken, second.answer, third.tlsPort]).toEqual([false, [204, ''], second.tlsPort]);
});

test('the TLS port that is asked for wins', async () => {
  const { port, tlsPort } = await start({});
  await start({ port, keepKeys: true });
  expect((await start({ port, tlsPort, keepKeys: true })).tlsPort).toBe(tlsPort);
});

test.each([
  ['cut short', '{"secret":"'],
  ['of another form', '[]'],
  ['without a secret', '{"secret":"","tlsPort":45000}'],
  ['with a port that is none', `{"secret":"${'x'.repeat(43)}","tlsPort":70000}`],
])('a file that is %s is written anew', async (_what, text) => {
  const { port } = await start({});
  const file = join(home, `keys-${port}.json`);
  await writeFile(file, text);
  const { tlsPort } = await start({ port, keepKeys: true });
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ secret: expect.stringMatching(/^[\w-]{43}$/), tlsPort });
});

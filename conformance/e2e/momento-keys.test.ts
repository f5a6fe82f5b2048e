// Keys and ports of Momento's clients from the command line, as a person uses it.
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { earwitness, root } from './run.ts';
import { stay } from './staying.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'earwitness-keys-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

const exec = (options: readonly string[], code: string, env: NodeJS.ProcessEnv = {}) =>
  earwitness(['exec', ...options, '--', process.execPath, '--input-type=module', '-e', code], { cwd: directory, env });

async function environmentOf(options: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Record<string, string>> {
  const { stdout } = await exec(options, 'console.log(JSON.stringify(process.env))', env);
  return JSON.parse(stdout) as Record<string, string>;
}

async function freePort(): Promise<number> {
  const server = createServer();
  const { port } = await new Promise<AddressInfo>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(server.address() as AddressInfo));
  });
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test('every environment has a key of each form; the usual one is legacy, and nothing is asked for names', async () => {
  const env = await environmentOf([], { MOMENTO_ENDPOINT: 'cell-1.prod.a.momentohq.com' });
  expect(env['MOMENTO_API_KEY']).toBe(env['MOMENTO_LEGACY_API_KEY']);
  const v1: unknown = JSON.parse(Buffer.from(env['MOMENTO_V1_API_KEY'] ?? '', 'base64').toString());
  expect(v1).toEqual({ endpoint: env['MOMENTO_ENDPOINT'], api_key: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/) });
  expect([env['MOMENTO_ENDPOINT'], env['MOMENTO_HOSTNAME'], env['MOMENTO_PORT'], env['grpc_proxy']]).toEqual([
    expect.stringMatching(/^localhost:\d+$/),
    '127.0.0.1',
    new URL(env['AWS_ENDPOINT_URL'] ?? '').port,
    undefined,
  ]);
});

test('--momento-key sets the key of that form, and where gRPC clients ask for names', async () => {
  // A corporate list often names localhost, which would keep every name that ends so from the proxy.
  const env = await environmentOf(['--momento-key', 'v2'], {
    no_proxy: 'localhost,.corp.example',
    grpc_proxy: 'http://192.0.2.1:3128',
  });
  expect(env['MOMENTO_API_KEY']).toBe(env['MOMENTO_V2_API_KEY']);
  expect([env['grpc_proxy'], env['no_grpc_proxy'], env['no_proxy']]).toEqual([
    env['AWS_ENDPOINT_URL'],
    '.corp.example,127.0.0.1',
    'localhost,.corp.example,127.0.0.1',
  ]);
});

test('a form that there is not is refused with those there are', async () => {
  const { code, stderr } = await exec(['--momento-key', 'v3'], '');
  expect([code, stderr.split('\n')[0]]).toEqual([
    2,
    "error: option '--momento-key <form>' argument 'v3' is invalid. Allowed choices are legacy, v1, v2.",
  ]);
});

test.each(['v1', 'v2'])('the kit hears over the SDK with a %s key', async (form) => {
  const kit = pathToFileURL(`${root}packages/earwitness/dist/index.js`).href;
  const code = `
    const { subscribe } = await import(${JSON.stringify(kit)});
    const events = await subscribe({ transport: 'momento' });
    const { MOMENTO_HTTP_ENDPOINT: url, CACHE_NAME, TOPIC_NAME, MOMENTO_API_KEY: authorization } = process.env;
    await fetch(url + '/topics/' + CACHE_NAME + '/' + TOPIC_NAME, { method: 'POST', headers: { authorization }, body: '{"detail-type":"Said"}' });
    console.log((await events.waitForMessageMatching({ 'detail-type': 'Said' }))['detail-type']);
    await events.unsubscribe();
  `;
  const { stdout, stderr } = await exec(['--momento-key', form], code);
  expect([stdout, stderr.includes('Error')]).toEqual(['Said\n', false]);
});

test('--momento-local listens where forMomentoLocal() looks, and says when somebody else does', async () => {
  const port = await freePort();
  const code = `
    const { MOMENTO_HOSTNAME, MOMENTO_PORT, EARWITNESS_URL } = process.env;
    const answer = await fetch('http://' + MOMENTO_HOSTNAME + ':' + MOMENTO_PORT + new URL(EARWITNESS_URL).pathname + '/health');
    console.log(MOMENTO_PORT, answer.status);
  `;
  expect((await exec(['--momento-local', String(port)], code)).stdout).toBe(`${port} 200\n`);
  const other = createServer().listen(port, '127.0.0.1');
  onTestFinished(() => void other.close());
  const refused = await exec(['--momento-local', String(port)], code);
  expect([refused.code, refused.stderr.split('\n').at(-2)]).toEqual([
    2,
    `earwitness: port ${port} is in use. Choose another: --momento-local <port>.`,
  ]);
});

test('a key that was handed out stays good when dev is started again on its port', async () => {
  const port = String(await freePort());
  const home = { HOME: directory };
  const dev = async () => {
    const staying = stay(['dev', '--port', port, '--no-deploy'], { cwd: directory, env: home });
    await staying.until('Ctrl-C stops.');
    return staying;
  };
  const first = await dev();
  const { stdout, stderr } = await earwitness(['token', '--form', 'v2', '--port', port]);
  const told = JSON.parse((await earwitness(['token', '--form', 'v2', '--port', port, '--json'])).stdout) as Record<
    string,
    string
  >;
  expect([told['form'], told['apiKey'], stderr]).toEqual([
    'v2',
    stdout.trim(),
    `A client needs its endpoint, too: MOMENTO_ENDPOINT=${told['endpoint']}\n`,
  ]);
  await first.interrupt();
  const second = await dev();
  const again = JSON.parse((await earwitness(['token', '--port', port, '--json'])).stdout) as Record<string, string>;
  expect(again['endpoint']).toBe(told['endpoint']);
  const answer = await fetch(`http://127.0.0.1:${port}/topics/earwitness/events`, {
    method: 'POST',
    headers: { authorization: told['apiKey'] ?? '' },
    body: 'hello',
  });
  expect(answer.status).toBe(204);
  await second.interrupt();
});

test('ca tells where the certificate lies, and its fingerprints', async () => {
  const env = { HOME: directory };
  const { stdout, stderr } = await earwitness(['ca'], { env });
  expect(stdout).toBe(`${join(directory, '.earwitness', 'ca.pem')}\n`);
  const told: unknown = JSON.parse((await earwitness(['ca', '--json'], { env })).stdout);
  expect(told).toEqual({
    file: stdout.trim(),
    sha256: expect.stringMatching(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/),
    spki: expect.stringMatching(/^[\w+/]{43}=$/),
  });
  expect(stderr).toContain('--user-data-dir');
});

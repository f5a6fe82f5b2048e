// TLS to port 443 of this cloud's host leads to the cloud, and so do names that SDKs make of it; nothing else does.
import { createServer } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { cleanUp, inline, onCleanUp, start } from '../test-function.ts';

afterEach(cleanUp);

/** A port that counts who connects, and hangs up. */
async function listening(): Promise<{ readonly port: number; readonly count: () => number }> {
  let count = 0;
  const server = createServer((socket) => {
    count += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onCleanUp(() => server.close());
  const address = server.address();
  return { port: typeof address === 'object' && address ? address.port : 0, count: () => count };
}

test.each([
  [`require('tls').connect(443, '127.0.0.1')`, 'cloud'],
  [`require('tls').connect({ port: '443', host: '127.0.0.1' })`, 'cloud'],
  [`require('http2').connect('https://127.0.0.1')`, 'cloud'],
  [`require('https').get('https://127.0.0.1/')`, 'cloud'],
  // What fetch says when the other end hangs up has no code of its own.
  [`{ once: (_, told) => fetch('https://127.0.0.1/').catch(({ cause }) => told(cause)) }`, 'cloud'],
  // Source: botocore, stepfunctions, StartSyncExecution, endpoint.hostPrefix: `sync-`.
  [`require('http').get({ host: 'sync-127.0.0.1', port: CLOUD })`, 'cloud'],
  [`{ once: (_, told) => require('net').connect(CLOUD, 'sync-127.0.0.1').once('close', told) }`, 'cloud'],
  [
    `{ once: (_, told) => require('util').promisify(require('dns').lookup)('sync-127.0.0.1').then(({ address }) =>
      require('net').connect(CLOUD, address).once('close', told)) }`,
    'cloud',
  ],
  [`require('tls').connect(OTHER, '127.0.0.1')`, 'other'],
  [`require('tls').connect(OTHER, { host: '127.0.0.1' })`, 'other'],
  [`require('https').get('https://127.0.0.1:OTHER/')`, 'other'],
  [`require('tls').connect({ port: 443, host: '127.0.0.2', socket: require('net').connect(OTHER) })`, 'other'],
])('%s reaches the %s', async (connection, reached) => {
  const [cloud, other] = [await listening(), await listening()];
  const text = `exports.handler = async () => {
    await new Promise((resolve) => (${connection.replaceAll('OTHER', String(other.port)).replaceAll('CLOUD', String(cloud.port))}).once('error', resolve));
  };`;
  const variables = { AWS_ENDPOINT_URL: `http://127.0.0.1:${cloud.port}` };
  const { invoke } = await start({ code: inline(text), handler: 'index.handler' }, { variables });
  expect((await invoke({})).payload).toBe('null');
  expect([cloud.count(), other.count()]).toEqual(reached === 'cloud' ? [1, 0] : [0, 1]);
});

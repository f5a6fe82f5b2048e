// Code that knows nothing of us: Momento's SDK in a process of its own, pointed here by environment variables alone,
// over TLS. The one test that waits in real time: current SDKs cut each new subscription after five seconds.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { startLocalWith } from '../../local.ts';
import { mintToken } from './key.ts';
import { createTopicsService } from './service.ts';

const SUBSCRIBER = `
import { CredentialProvider, TopicClient, TopicConfigurations } from '@gomomento/sdk';
const credentialProvider = CredentialProvider.fromEnvironmentVariable({ environmentVariableName: 'MOMENTO_API_KEY' });
const client = new TopicClient({ configuration: TopicConfigurations.Default.latest(), credentialProvider });
await client.subscribe(process.env.CACHE_NAME, process.env.TOPIC_NAME, {
  onItem: (item) => console.log(item.sequenceNumber() + ' ' + item.value()),
  onError: (error) => console.log('error ' + error.errorCode()),
});
console.log('subscribed');
`;

test('an SDK that finds us by its environment misses nothing when it cuts and resumes its subscription', async () => {
  const secret = 's3cret';
  const home = await mkdtemp(join(tmpdir(), 'earwitness-'));
  await using local = await startLocalWith([createTopicsService({ secret, caches: ['orders'] })], { home });
  const key = mintToken({ endpoint: new URL(local.httpsUrl).host, secret, now: local.clock.now() });
  const { rootsFile } = await local.trustFiles();
  const subscriber = spawn(process.execPath, ['--input-type=module', '-e', SUBSCRIBER], {
    env: {
      ...process.env,
      MOMENTO_API_KEY: key,
      CACHE_NAME: 'orders',
      TOPIC_NAME: 'created',
      NODE_EXTRA_CA_CERTS: rootsFile,
      GRPC_DEFAULT_SSL_ROOTS_FILE_PATH: rootsFile,
    },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    const lines = createInterface(subscriber.stdout)[Symbol.asyncIterator]();
    const nextLine = async () => (await lines.next()).value;
    const publish = async (body: string) =>
      (await fetch(`${local.url}/topics/orders/created`, { method: 'POST', headers: { authorization: key }, body }))
        .status;

    expect(await nextLine()).toBe('subscribed');
    const cut = new Promise((resolve) =>
      local.journal.listen((fact) => fact.kind === 'subscription.closed' && resolve(fact.reason)),
    );
    // Nothing is published before the cut: only the discontinuity at the start tells the SDK where to resume.
    await cut;
    expect(await publish('while it was away')).toBe(204);
    expect(await nextLine()).toBe('1 while it was away');
    expect(await publish('afterwards')).toBe(204);
    expect(await nextLine()).toBe('2 afterwards');
  } finally {
    subscriber.kill();
    await rm(home, { recursive: true });
  }
}, 20_000);

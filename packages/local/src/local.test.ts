import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect as connectHttp2 } from 'node:http2';
import { get } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { zipInlineCode } from './functions/code/code.ts';
import { startLocal, startLocalWith } from './local.ts';

let home = '';
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'earwitness-'));
});
afterAll(() => rm(home, { recursive: true }));

test('two local clouds run in one process, each on its own ports', async () => {
  await using one = await startLocal({ home });
  await using two = await startLocal({ home });
  expect(new Set([one.url, one.httpsUrl, two.url, two.httpsUrl]).size).toBe(4);
  expect((await fetch(two.url)).status).toBe(404);
});

test('a port that is taken is refused by number', async () => {
  await using one = await startLocal({ home });
  const port = Number(new URL(one.url).port);
  await expect(startLocal({ port, home })).rejects.toThrow(
    `Port ${port} on 127.0.0.1 is already in use, perhaps by another Earwitness. Choose another port, or 0 for any free one.`,
  );
});

test('the journal takes 64 MB unless it is told otherwise, and what is no number of bytes is refused', async () => {
  await using usual = await startLocal({ home });
  await using small = await startLocal({ home, journalMaxBytes: 1_000_000 });
  expect([usual.journal.limits, small.journal.limits]).toEqual([
    { facts: 100_000, bytes: 67_108_864 },
    { facts: 100_000, bytes: 1_000_000 },
  ]);
  await expect(startLocal({ home, journalMaxBytes: -1 })).rejects.toThrow(
    'journalMaxBytes: -1 is not a number of bytes. Expected is 0 or more; Infinity lifts the bound.',
  );
  // From JavaScript, where no compiler looks.
  const text: { journalMaxBytes?: number } = JSON.parse('{"journalMaxBytes":"5"}');
  await expect(startLocal({ home, ...text })).rejects.toThrow('journalMaxBytes: "5" is not a number of bytes.');
});

test('an isolation that is none is refused', async () => {
  const options: { isolation?: 'worker' } = JSON.parse('{"isolation":{"Orders":"thread"}}');
  await expect(startLocal({ home, ...options })).rejects.toThrow("isolation['Orders'] must be 'worker' or 'process'.");
});

test('a cloud that cannot start gives back what it has taken', async () => {
  const { url, close } = await startLocal({ home });
  await close();
  const port = Number(new URL(url).port);
  await expect(startLocal({ home, port, upstream: { ses: 'nowhere' } })).rejects.toThrow('is not an address');
  await using local = await startLocal({ home, port });
  expect(local.url).toBe(url);
});

test('what one service cannot end keeps neither the others nor the ports', async () => {
  const ended: string[] = [];
  const service = (name: string, close: () => Promise<void>) => () => ({ name, operations: {}, close });
  const { url, close } = await startLocalWith(
    [
      service('first', async () => void ended.push('first')),
      service('second', async () => {
        throw new Error('it hangs on');
      }),
    ],
    { home },
  );
  await expect(close()).rejects.toThrow('it hangs on');
  expect(ended).toEqual(['first']);
  await expect(fetch(url)).rejects.toThrow('fetch failed');
});

test('closing ends idle and silent connections at once', async () => {
  const local = await startLocal({ home });
  const sockets = [local.url, local.url, local.httpsUrl].map((url) => connect(Number(new URL(url).port), '127.0.0.1'));
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  const ended = sockets.map((socket) => new Promise((resolve) => socket.on('error', () => {}).on('close', resolve)));
  // The body never comes.
  sockets[0]?.write(`POST / HTTP/1.1\r\nhost: ${new URL(local.url).host}\r\ncontent-length: 5\r\n\r\n`);
  // What is not read hides the end.
  for (const socket of sockets) socket.resume();
  await (await fetch(local.url)).text();
  await local.close();
  await Promise.all(ended);
  await expect(fetch(local.url)).rejects.toThrow('fetch failed');
});

test('the TLS port speaks HTTP/1.1 and HTTP/2 to those who trust the root file', async () => {
  await using local = await startLocal({ home });
  const ca = await readFile((await local.trustFiles()).rootFile, 'utf8');
  const overHttp1 = await new Promise((resolve, reject) => {
    get(local.httpsUrl.replace('127.0.0.1', 'localhost'), { ca, agent: false }, (response) => {
      response.resume();
      resolve([response.httpVersion, response.statusCode]);
    }).on('error', reject);
  });
  const session = connectHttp2(local.httpsUrl, { ca });
  const overHttp2 = await new Promise((resolve, reject) => {
    session.on('error', reject);
    session.request({ ':path': '/' }).on('response', (headers) => resolve([session.alpnProtocol, headers[':status']]));
  });
  session.destroy();
  expect([overHttp1, overHttp2]).toEqual([
    ['1.1', 404],
    ['h2', 404],
  ]);
});

test('the file of all roots holds the system roots, those that were trusted before, and ours', async () => {
  const before = join(home, 'before.pem');
  await writeFile(before, '-----BEGIN CERTIFICATE-----\nbefore\n-----END CERTIFICATE-----\n');
  await using local = await startLocal({ home, rootFiles: [before, join(home, 'missing.pem')] });
  const { rootFile, rootsFile } = await local.trustFiles();
  const roots = await readFile(rootsFile, 'utf8');
  expect(roots).toContain(await readFile(rootFile, 'utf8'));
  expect(roots).toContain('before');
  expect(roots.split('BEGIN CERTIFICATE').length - 1).toBe(rootCertificates.length + 2);
  // A local cloud that is started inside another's environment finds these roots as its own preset.
  await using inner = await startLocal({ home, rootFiles: [rootsFile] });
  expect((await inner.trustFiles()).rootsFile).toBe(rootsFile);
});

test('a parameter that a template leaves open takes the variable of its name, outputs of earlier stacks among them', async () => {
  await using local = await startLocal({ home, cache: 'shop' });
  await local.deploy({
    name: 'bus',
    template: 'Resources: {Q: {Type: AWS::SQS::Queue}}\nOutputs: {BusName: {Value: orders}}',
  });
  const ofMomento = ['MomentoEndpoint', 'MomentoAuthToken', 'MomentoApiEndpoint'];
  const parameters = [...ofMomento, 'CacheName', 'TopicName', 'BusName', 'Given'];
  const template = JSON.stringify({
    Parameters: {
      ...Object.fromEntries(parameters.map((name) => [name, { Type: 'String' }])),
      AwsRegion: { Type: 'String', Default: 'of the template' },
    },
    Resources: { Q: { Type: 'AWS::SQS::Queue' } },
    Outputs: Object.fromEntries([...parameters, 'AwsRegion'].map((name) => [`Saw${name}`, { Value: { Ref: name } }])),
  });
  expect(await local.deploy({ name: 'relay', template, parameters: { Given: 'by hand' } })).toEqual({
    SawMomentoEndpoint: local.url,
    SawMomentoAuthToken: local.env.MOMENTO_API_KEY,
    // Source: momentohq/client-sdk-javascript, examples/nodejs/aws/eventbridge/infrastructure.
    SawMomentoApiEndpoint: local.url,
    SawCacheName: 'shop',
    SawTopicName: 'events',
    SawBusName: 'orders',
    SawGiven: 'by hand',
    SawAwsRegion: 'of the template',
  });
  await expect(local.deploy({ name: 'second', template })).rejects.toThrow('--parameter second.Given=value');
});

test('parameters that are given only if they are declared win over defaults, further variables fill what is open', async () => {
  await using local = await startLocal({ home });
  const parameters = { Stage: 'dev', Size: undefined, CacheName: undefined, Fixed: 'fixed' };
  const template = JSON.stringify({
    Parameters: Object.fromEntries(
      Object.entries(parameters).map(([name, value]) => [
        name,
        { Type: 'String', ...(value !== undefined && { Default: value }) },
      ]),
    ),
    Resources: { Q: { Type: 'AWS::SQS::Queue' } },
    Outputs: Object.fromEntries(Object.keys(parameters).map((name) => [`Saw${name}`, { Value: { Ref: name } }])),
  });
  const outputs = await local.deploy({
    name: 'orders',
    template,
    parametersIfDeclared: { Stage: 'test', Elsewhere: 'x' },
    // A default is a value, and the cloud's own cache is the one that there is.
    variables: { SIZE: '3', CACHE_NAME: 'of-the-shell', FIXED: 'of-the-shell' },
  });
  expect(outputs).toEqual({ SawStage: 'test', SawSize: '3', SawCacheName: 'earwitness', SawFixed: 'fixed' });
});

test('idleWorkers decides how many functions stay warm', async () => {
  const call = { account: '000000000000', region: 'us-east-1', principal: { kind: 'account', arn: 'arn' } } as const;
  const Code = { ZipFile: zipInlineCode('let calls = 0; exports.handler = async () => ++calls;') };
  const settings = {
    Role: 'arn:aws:iam::000000000000:role/r',
    Runtime: 'nodejs20.x',
    Handler: 'index.handler',
  } as const;
  const callsOf = async (options: { readonly idleWorkers?: number }) => {
    await using local = await startLocal({ home, ...options });
    const { dispatch } = local.cloud;
    await dispatch.call('lambda', 'CreateFunction', { FunctionName: 'f', ...settings, Code }, call);
    const answers: string[] = [];
    for (let time = 0; time < 2; time++) {
      const { Payload } = await dispatch.call('lambda', 'Invoke', { FunctionName: 'f' }, call);
      answers.push(Buffer.from(Payload ?? []).toString());
    }
    return answers;
  };
  expect(await callsOf({})).toEqual(['1', '2']);
  expect(await callsOf({ idleWorkers: 0 })).toEqual(['1', '1']);
});

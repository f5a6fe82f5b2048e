// npm run walks: how far four things go through the code: files of which a function ran, functions, calls (a resumed async function
// counts again). V8 counts, warm, on the sources as they are. Figures to compare trees by, not limits.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { register } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

if (!process.execArgv.includes('--conditions=@earwitness/source')) {
  const args = ['--conditions=@earwitness/source', import.meta.filename ?? new URL(import.meta.url).pathname];
  process.exit(spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1);
}

// Sources are TypeScript: each file is translated as it is loaded, so that V8 counts by our own files.
const hooks = `
import { transform } from 'esbuild';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
export async function load(url, context, next) {
  if (!url.endsWith('.ts')) return next(url, context);
  const path = fileURLToPath(url);
  const { code } = await transform(await readFile(path, 'utf8'), { loader: 'ts', format: 'esm', target: 'node20', sourcefile: path });
  return { format: 'module', source: code, shortCircuit: true };
}`;
const hooksUrl = `data:text/javascript,${encodeURIComponent(hooks.replace("'esbuild'", `'${import.meta.resolve('esbuild')}'`))}`;
register(hooksUrl);

process.env.GRPC_DEFAULT_SSL_ROOTS_FILE_PATH = '';
const home = mkdtempSync(join(tmpdir(), 'earwitness-walks-'));
const { startLocal } = await import('@earwitness/local');
const local = await startLocal({ home });
Object.assign(process.env, local.env);
const { subscribe } = await import('earwitness');

const template = (resources) => JSON.stringify({ Resources: resources });
await local.deploy({
  name: 'walks',
  template: template({ Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'orders' } } }),
});
await local.relay();
Object.assign(process.env, await local.environment());
const call = async (service, target, body) => {
  const response = await fetch(local.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': target,
      authorization: `AWS4-HMAC-SHA256 Credential=000000000000/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
    },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${target}: ${response.status} ${await response.text()}`);
};
const orders = (id) => ({ source: 'walks', 'detail-type': 'OrderCreated', detail: { id } });
let count = 0;

const zip = join(home, 'function');
const { mkdirSync, writeFileSync } = await import('node:fs');
mkdirSync(zip);
writeFileSync(join(zip, 'index.mjs'), 'export const handler = async (event) => event;');
await local.deploy({
  name: 'function',
  directory: zip,
  template: `{"Transform":"AWS::Serverless-2016-10-31","Resources":{"Echo":{"Type":"AWS::Serverless::Function","Properties":{"FunctionName":"echo","Runtime":"nodejs22.x","Handler":"index.handler","CodeUri":"."}}}}`,
});

const CLOUD = /\/packages\/(local|protocol)\/src\//;
const KIT = /\/packages\/earwitness\/src\//;

const published = () =>
  new Promise((resolve) => {
    const leave = local.journal.listen(({ kind }) => {
      if (kind !== 'topic.published') return;
      leave();
      resolve();
    });
  });

let events;
const walks = [
  [
    'PutEvents → API destination → topic item',
    CLOUD,
    async () => {
      const id = `${++count}`;
      const heard = published();
      await call('events', 'AWSEvents.PutEvents', {
        Entries: [
          { EventBusName: 'orders', Source: 'walks', DetailType: 'OrderCreated', Detail: JSON.stringify({ id }) },
        ],
      });
      await heard;
    },
  ],
  [
    'failed waitForMessageMatching → its page',
    KIT,
    async () => {
      events ??= await subscribe();
      await events.waitForMessageMatching(orders('never'), { timeoutMs: 1 }).catch(() => undefined);
    },
  ],
  [
    'one AWS::SQS::Queue, CreateStack → CREATE_COMPLETE',
    CLOUD,
    async () => {
      await local.deploy({ name: `queue-${++count}`, template: template({ Queue: { Type: 'AWS::SQS::Queue' } }) });
    },
  ],
  [
    'Lambda Invoke over HTTP',
    CLOUD,
    async () => {
      const response = await fetch(`${local.url}/2015-03-31/functions/echo/invocations`, {
        method: 'POST',
        body: '{}',
      });
      if (!response.ok) throw new Error(`Invoke: ${response.status} ${await response.text()}`);
      await response.text();
    },
  ],
];

const session = new Session();
session.connect();
await session.post('Profiler.enable');
await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
console.log('| way | files | functions | calls |\n|---|--:|--:|--:|');
for (const [way, room, walk] of walks) {
  for (let n = 0; n < 3; n++) await walk();
  await quiet();
  await session.post('Profiler.takePreciseCoverage');
  await walk();
  await quiet();
  const { result } = await session.post('Profiler.takePreciseCoverage');
  const ours = result.filter(({ url }) => room.test(url));
  const ran = ours.map(({ functions }) =>
    functions.filter(({ ranges, functionName }) => functionName !== '' || ranges[0].startOffset > 0),
  );
  const counted = ran
    .map((functions) => functions.filter(({ ranges }) => ranges[0].count > 0))
    .filter((functions) => functions.length > 0);
  const functions = counted.flat();
  const calls = functions.reduce((sum, { ranges }) => sum + ranges[0].count, 0);
  console.log(`| ${way} | ${counted.length} | ${functions.length} | ${calls} |`);
}
await events?.unsubscribe();
await local.close();
rmSync(home, { recursive: true });
process.exit(0);

/** What follows a walk (heartbeats aside) has come to rest. */
async function quiet() {
  for (let n = 0; n < 20; n++) await new Promise(setImmediate);
}

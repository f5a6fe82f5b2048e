// One whole journey: POST → API Gateway → Lambda → PutEvents (AWS SDK) → rule → API destination → topic → wait resolves (Momento
// SDK in this process, local cloud in another). One order at a time. What the cloud itself takes is its main thread's processor time:
// functions run in workers.
import { spawn } from 'node:child_process';
import { cli, mainThreadMs, percentile, printTable } from './measure.ts';

const WARM_UP = 50;
const ORDERS = 400;
const child = spawn(
  process.execPath,
  [
    cli,
    'exec',
    '--cwd',
    'examples/order-service',
    '--',
    process.execPath,
    '-e',
    'console.log(JSON.stringify(process.env));setInterval(()=>{},1e6)',
  ],
  {
    stdio: ['ignore', 'pipe', 'inherit'],
  },
);
const env = JSON.parse(String(await new Promise((resolve) => child.stdout.once('data', resolve)))) as Record<
  string,
  string
>;
// grpc-js reads its roots when it is first imported: the environment has to be right before that.
Object.assign(process.env, env);
const { subscribe } = await import('earwitness');

const events = await subscribe();
const times: number[] = [];
const pid = child.pid ?? 0;
let before = 0;
for (let order = 0; order < WARM_UP + ORDERS; order++) {
  if (order === WARM_UP) before = mainThreadMs(pid);
  const started = performance.now();
  const response = await fetch(env['API_URL'] ?? '', {
    method: 'POST',
    body: JSON.stringify({ name: `order ${order}` }),
  });
  const { id } = (await response.json()) as { id: string };
  await events.waitForMessageMatching({ 'detail-type': 'OrderCreated', detail: { id } });
  if (order >= WARM_UP) times.push(performance.now() - started);
}
const ownMs = (mainThreadMs(pid) - before) / ORDERS;
await events.unsubscribe();
child.kill('SIGTERM');

printTable(
  ['what', 'p50', 'p99', 'aim'],
  [
    ['POST → wait resolves, ms', percentile(times, 0.5).toFixed(2), percentile(times, 0.99).toFixed(2), 'p50 ≤ 4.5'],
    ["the cloud's own processor time, ms each", ownMs.toFixed(2), '', '≤ 1'],
  ],
);

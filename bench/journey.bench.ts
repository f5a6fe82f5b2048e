// One whole journey: POST → API Gateway → Lambda → PutEvents (AWS SDK) → rule → API destination → topic → wait resolves (Momento
// SDK in this process, local cloud in another). One order at a time.
import { spawn } from 'node:child_process';
import { cli, percentile, printTable } from './measure.ts';

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
for (let order = 0; order < WARM_UP + ORDERS; order++) {
  const started = performance.now();
  const response = await fetch(env['API_URL'] ?? '', {
    method: 'POST',
    body: JSON.stringify({ name: `order ${order}` }),
  });
  const { id } = (await response.json()) as { id: string };
  await events.waitForMessageMatching({ 'detail-type': 'OrderCreated', detail: { id } });
  if (order >= WARM_UP) times.push(performance.now() - started);
}
await events.unsubscribe();
child.kill('SIGTERM');

printTable(
  ['what', 'p50', 'p99', 'aim'],
  [['POST → wait resolves, ms', percentile(times, 0.5).toFixed(2), percentile(times, 0.99).toFixed(2), 'p50 < 3']],
);

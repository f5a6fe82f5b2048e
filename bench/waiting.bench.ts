// What it costs that deliveries wait: an API destination at its rate limit on a closed port, under a clock that stands still,
// so that nearly every event goes to the end of the line. PutEvents is called without the wire, ten entries a call. All
// times are of the processor, of the whole process, garbage collection and all. PutEvents is measured over the last tenth
// of each fill, beside the median of short fills of an empty line just before. The journal is cleared before memory is
// measured.
//
// `npm run bench -- waiting --sizes=10000,100000` takes other sizes.
import { once } from 'node:events';
import { createServer } from 'node:net';
import { parseArgs } from 'node:util';
import { createClock, startLocal } from '@earwitness/local';
import { ownCall, percentile, printTable } from './measure.ts';

const { values } = parseArgs({ options: { sizes: { type: 'string', default: '100000,300000,1000000' } } });
const SIZES = values.sizes.split(',').map(Number);
/** A fill that takes more processor time is given up. */
const LIMIT_US = 60_000_000;
/** What is put at once, before the loop turns; a multiple of the entries that one call takes. */
const CHUNK = 1000;
const ENTRIES_PER_CALL = 10;
/** A fill of a line that counts as empty, and how often it is measured. */
const EMPTY_CHUNKS = 10;
const EMPTY_ROUNDS = 5;
/** Fills before the first that counts: the compiler settles. */
const WARMUP_ROUNDS = 10;
const START = Date.UTC(2026, 10, 22, 14);
const ADVANCE_MS = 1000;
const ADVANCES = 5;

const detail = JSON.stringify({
  id: '1f6c2a4e-2f0d-4c9e-8a1b-6f1d3c5b7a90',
  total: 42.5,
  items: [{ sku: 'a', count: 2 }],
});
const Entries = Array.from({ length: ENTRIES_PER_CALL }, () => ({
  Source: 'OrderService',
  DetailType: 'OrderCreated',
  Detail: detail,
}));
const local = await startLocal({ clock: createClock({ frozenAt: START }) });
const gc = () => globalThis.gc?.();

const template = {
  Resources: {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sts:AssumeRole' }],
        },
        Policies: [
          {
            PolicyName: 'post',
            PolicyDocument: {
              Version: '2012-10-17',
              Statement: [{ Effect: 'Allow', Action: 'events:InvokeApiDestination', Resource: '*' }],
            },
          },
        ],
      },
    },
    Connection: {
      Type: 'AWS::Events::Connection',
      Properties: {
        AuthorizationType: 'API_KEY',
        AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: 'x-api-key', ApiKeyValue: 'none' } },
      },
    },
    Destination: {
      Type: 'AWS::Events::ApiDestination',
      Properties: {
        ConnectionArn: { 'Fn::GetAtt': ['Connection', 'Arn'] },
        InvocationEndpoint: `http://127.0.0.1:${await findClosedPort()}/`,
        HttpMethod: 'POST',
        InvocationRateLimitPerSecond: 300,
      },
    },
    Rule: {
      Type: 'AWS::Events::Rule',
      Properties: {
        EventPattern: { source: ['OrderService'] },
        Targets: [
          { Id: 't', Arn: { 'Fn::GetAtt': ['Destination', 'Arn'] }, RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] } },
        ],
      },
    },
  },
};

/** A rule for every event, to an API destination that nobody listens at. */
async function connectDeadDestination(): Promise<void> {
  await local.deploy({ name: 'dead', template: JSON.stringify(template) });
  // The first second's turns are used up: from here on every delivery waits.
  await fill(1);
  await local.clock.advance(0);
}

/** Puts chunks of events until there are `count`, or the limit is reached. Returns the processor time that each chunk took, in µs. */
async function fill(count: number): Promise<number[]> {
  const costs: number[] = [];
  let total = 0;
  while (costs.length < count && total < LIMIT_US) {
    const before = process.cpuUsage();
    for (let done = 0; done < CHUNK; done += ENTRIES_PER_CALL) {
      await local.cloud.dispatch.call('events', 'PutEvents', { Entries }, ownCall);
    }
    // Lets the loop turn, as requests over the wire would.
    await new Promise((resolve) => setImmediate(resolve));
    const { user, system } = process.cpuUsage(before);
    costs.push(user + system);
    total += user + system;
  }
  return costs;
}

/** Processor time of one event, in µs, over the last of some chunks. */
function costOf(chunks: readonly number[], last: number): number {
  const measured = chunks.slice(-last);
  return measured.reduce((sum, us) => sum + us, 0) / (measured.length * CHUNK);
}

/** Processor time of some work, in ms. */
async function cpuOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function heapBytes(): number {
  local.journal.clear();
  gc();
  return process.memoryUsage().heapUsed;
}

async function findClosedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return address !== null && typeof address === 'object' ? address.port : 0;
}

/** Processor time of one event that is put while hardly any waits, in µs. */
async function costOfEmpty(): Promise<number> {
  await local.reset();
  await connectDeadDestination();
  gc();
  return costOf(await fill(EMPTY_CHUNKS), EMPTY_CHUNKS);
}

for (let round = 0; round < WARMUP_ROUNDS; round++) await costOfEmpty();
const [accepted] = local.journal.read().filter((fact) => fact.kind === 'event.accepted');
const textBytes = accepted?.event.length;
const rows: string[][] = [];

for (const size of SIZES) {
  const rounds: number[] = [];
  while (rounds.length < EMPTY_ROUNDS) rounds.push(await costOfEmpty());
  const emptyUs = percentile(rounds, 0.5);
  await local.reset();
  await connectDeadDestination();
  const heapBefore = heapBytes();
  const chunks = await fill(size / CHUNK);
  const cost = costOf(chunks, Math.ceil(chunks.length / 10));
  const waiting = chunks.length * CHUNK;
  const bytes = (heapBytes() - heapBefore) / waiting;
  const advances: number[] = [];
  while (advances.length < ADVANCES) advances.push(await cpuOf(() => local.clock.advance(ADVANCE_MS)));
  const reset = await cpuOf(() => local.reset());
  const reached = waiting === size ? '' : ` (of ${size.toLocaleString('en')})`;
  rows.push([
    `${waiting.toLocaleString('en')}${reached}`,
    emptyUs.toFixed(1),
    cost.toFixed(1),
    (cost / emptyUs).toFixed(2),
    bytes.toFixed(0),
    percentile(advances, 0.5).toFixed(0),
    reset.toFixed(0),
  ]);
}
await local.close();

printTable(
  [
    'waiting',
    'PutEvents into an empty line, µs an event',
    'at the end of this one',
    'ratio',
    `heap, bytes each (text ${textBytes})`,
    'advance 1 s, ms',
    'reset, ms',
  ],
  rows,
);

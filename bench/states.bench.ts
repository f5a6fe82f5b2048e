// What a state machine costs in processor time: the bare interpreter beside aws-local-stepfunctions, on machines that both can run, in
// one process of Node 22, which that package asks for (npm gives both, into a temporary folder; the reason is printed where it does
// not); and a synchronous Express execution of ten states over HTTP.
import { execFileSync, fork } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startLocal } from '@earwitness/local';
import { readDefinition } from '@earwitness/protocol/internal/states-language/definition/read';
import { advance, startExecution } from '@earwitness/protocol/internal/states-language/interpreter/advance';
import type { Happening } from '@earwitness/protocol/internal/states-language/interpreter/happening';
import type { Json } from '@earwitness/protocol/internal/states-language/json';
import { cpuMs, printTable, summary } from './measure.ts';

const PACKAGE = 'aws-local-stepfunctions';
const RIVAL = `${PACKAGE}@3.0.0`;
const NODE = `node-${process.platform}-${process.arch}`;
const ROUNDS = 15;
/** Executions in a round of each. */
const EXECUTIONS = 200;
const REQUESTS = 500;

// Map has its Iterator by the old name, which both know.
const FUNCTION = 'arn:aws:lambda:us-east-1:123456789012:function:charge';
const pass = (fields: object) => ({ Type: 'Pass', ...fields });

interface Machine {
  readonly definition: { readonly StartAt: string; readonly States: object };
  readonly input: Json;
}

const MACHINES: Readonly<Record<string, Machine>> = {
  'ten states in a row': { definition: rowOf(10), input: { id: 'o-1', total: 42 } },
  'an order: choice, two branches, task, three items': {
    definition: {
      StartAt: 'Large',
      States: {
        Large: {
          Type: 'Choice',
          Choices: [{ And: [{ Variable: '$.total', NumericGreaterThan: 40 }], Next: 'Both' }],
          Default: 'Done',
        },
        Both: {
          Type: 'Parallel',
          Branches: ['reserve', 'notify'].map((name) => ({
            StartAt: name,
            States: { [name]: pass({ Parameters: { what: name, 'id.$': "States.Format('{}!', $.id)" }, End: true }) },
          })),
          ResultPath: '$.both',
          Next: 'Charge',
        },
        Charge: { Type: 'Task', Resource: FUNCTION, ResultPath: '$.charge', Next: 'Lines' },
        Lines: {
          Type: 'Map',
          ItemsPath: '$.lines',
          Iterator: {
            StartAt: 'Line',
            States: { Line: pass({ Parameters: { 'sku.$': '$.sku', 'n.$': 'States.MathAdd($.n, 1)' }, End: true }) },
          },
          Next: 'Done',
        },
        Done: { Type: 'Succeed' },
      },
    },
    input: { id: 'o-1', total: 42, lines: ['a', 'b', 'c'].map((sku) => ({ sku, n: 1 })) },
  },
  'a Map of 100 items': {
    definition: {
      StartAt: 'Each',
      States: {
        Each: {
          Type: 'Map',
          Iterator: { StartAt: 'One', States: { One: pass({ Parameters: { 'n.$': '$.n' }, End: true }) } },
          End: true,
        },
      },
    },
    input: Array.from({ length: 100 }, (_, n) => ({ n: n + 1 })),
  },
};

function rowOf(length: number): Machine['definition'] {
  const states = Array.from({ length }, (_, n) => [
    `S${n}`,
    pass({
      Parameters: { 'id.$': '$.id', 'total.$': '$.total', n },
      ...(n + 1 < length ? { Next: `S${n + 1}` } : { End: true }),
    }),
  ]);
  return { StartAt: 'S0', States: Object.fromEntries(states) };
}

/** Runs a machine to its end; its output. */
type Run = (input: Json) => Promise<unknown>;

/** Tasks answer at once with what they got. */
function ours(definition: object): Run {
  const { machine } = readDefinition(JSON.stringify(definition), { type: 'EXPRESS' });
  if (!machine) throw new Error('The definition is not taken.');
  return async (input) => {
    const startedAt = Date.now();
    let execution = startExecution({
      ...{ executionArn: 'arn:aws:states:us-east-1:123456789012:express:m:run:1', name: 'run', type: 'EXPRESS' },
      ...{ stateMachineArn: 'arn:aws:states:us-east-1:123456789012:stateMachine:m', stateMachineName: 'm' },
      ...{ roleArn: 'arn:aws:iam::123456789012:role/r', startedAt, input, inputText: JSON.stringify(input) },
    });
    const happenings: Happening[] = [{ kind: 'started' }];
    const hash = (algorithm: string, text: string) => createHash(algorithm).update(text).digest('hex');
    for (let next = happenings.shift(); next; next = happenings.shift()) {
      const world = { now: Date.now(), random: Math.random, uuid: randomUUID, hash };
      const step = await advance(machine, execution, next, world);
      execution = step.execution;
      for (const ask of step.asks) {
        if (ask.kind === 'task') happenings.push({ kind: 'task succeeded', task: ask.task, output: ask.input });
        // A time-out never comes.
        if (ask.kind === 'wake' && ask.at <= startedAt) happenings.push({ kind: 'woken', wake: ask.wake });
      }
    }
    if (execution.status !== 'SUCCEEDED') throw new Error(`The execution ended as ${execution.status}.`);
    return execution.output;
  };
}

interface Rival {
  readonly StateMachine: new (
    definition: object,
    options: object,
  ) => { run(input: Json, options: object): { readonly result: Promise<unknown> } };
}

async function theirs(folder: string, definition: object): Promise<Run> {
  const path = createRequire(join(folder, 'package.json'))
    .resolve(PACKAGE)
    .replace(/\.cjs$/, '.esm.js');
  const { StateMachine }: Rival = await import(pathToFileURL(path).href);
  const machine = new StateMachine(definition, { validationOptions: { noValidate: true } });
  const overrides = { taskResourceLocalHandlers: { Charge: (input: unknown) => input } };
  return (input) => machine.run(input, { overrides }).result;
}

/** In Node 22: rounds of each machine, in turn. */
async function compare(folder: string): Promise<void> {
  const rows: string[][] = [];
  for (const [name, { definition, input }] of Object.entries(MACHINES)) {
    const runs = [ours(definition), await theirs(folder, definition)];
    const costs: number[][] = [[], []];
    const outputs = await Promise.all(runs.map((run) => run(input)));
    for (let round = 0; round <= ROUNDS; round++) {
      for (const [index, run] of runs.entries()) {
        const before = process.cpuUsage();
        for (let n = 0; n < EXECUTIONS; n++) await run(input);
        const { user, system } = process.cpuUsage(before);
        if (round > 0) costs[index]?.push((user + system) / EXECUTIONS);
      }
    }
    const [own = [], other = []] = costs;
    const times = other.map((figure, round) => figure / (own[round] ?? Number.NaN));
    const isSame = JSON.stringify(outputs[0]) === JSON.stringify(outputs[1]) ? 'same' : 'differs';
    rows.push([name, summary(own, 0), summary(other, 0), summary(times), isSame]);
  }
  printTable(['machine', 'ours, µs', `${RIVAL}, µs`, 'times (aim 5)', 'output'], rows);
}

async function besideTheRival(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'earwitness-states-'));
  try {
    const packages = [RIVAL, `${NODE}@22.23.3`];
    const install = ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--force', ...packages];
    execFileSync('npm', install, { cwd: folder, stdio: 'pipe', timeout: 120_000 });
    const binary = join(folder, 'node_modules', NODE, 'bin/node');
    if (!existsSync(binary)) throw new Error(`${NODE} has no ${binary}`);
    execFileSync(binary, [new URL(import.meta.url).pathname, 'compare', folder], {
      stdio: 'inherit',
      timeout: 300_000,
    });
  } catch (error) {
    console.log(`${RIVAL} is left out: ${String(error).split('\n')[0]}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function overHttp(): Promise<void> {
  const server = fork(new URL(import.meta.url).pathname, ['serve']);
  const [{ port }] = await once(server, 'message');
  const agent = new Agent({ keepAlive: true });
  const call = (operation: string, input: object) =>
    new Promise<Record<string, string>>((resolve, reject) => {
      const headers = {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `AWSStepFunctions.${operation}`,
        authorization:
          'AWS4-HMAC-SHA256 Credential=000000000000/20261122/us-east-1/states/aws4_request, SignedHeaders=host, Signature=0',
      };
      const sent = request(
        { port: Number(port), host: '127.0.0.1', method: 'POST', agent, headers },
        async (response) => {
          const text = Buffer.concat(await response.toArray()).toString();
          if (response.statusCode === 200) resolve(JSON.parse(text));
          else reject(new Error(`${operation}: ${response.statusCode} ${text}`));
        },
      );
      sent.on('error', reject).end(JSON.stringify(input));
    });
  const { stateMachineArn } = await call('CreateStateMachine', {
    name: 'bench',
    type: 'EXPRESS',
    roleArn: 'arn:aws:iam::000000000000:role/bench',
    definition: JSON.stringify(rowOf(10)),
  });
  const costs: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const before = cpuMs(server.pid ?? 0);
    for (let n = 0; n < REQUESTS; n++) {
      const { status } = await call('StartSyncExecution', { stateMachineArn, input: '{"id":"o-1","total":42}' });
      if (status !== 'SUCCEEDED') throw new Error(`The execution ended as ${status}.`);
    }
    if (round > 0) costs.push((cpuMs(server.pid ?? 0) - before) / REQUESTS);
  }
  printTable(
    ['what', 'processor time of the cloud, ms', 'aim'],
    [['StartSyncExecution of ten states over HTTP', summary(costs, 2), '≤ 1.5']],
  );
  agent.destroy();
  server.kill();
}

const [, , role, folder = ''] = process.argv;
if (role === 'compare') await compare(folder);
else if (role === 'serve') {
  const local = await startLocal();
  process.send?.({ port: Number(new URL(local.url).port) });
  process.once('disconnect', () => process.exit());
} else {
  await besideTheRival();
  await overHttp();
}

// Functions as processes: what a first and a warm invocation in Python cost beside the interpreter itself, and what a warm
// environment costs in this process. Invocations come over HTTP, as from any client.
import { spawn, spawnSync } from 'node:child_process';
import { startLocal } from '@earwitness/local';
import { percentile, printTable, summary } from './measure.ts';

const FIRST = 25;
const WARM = 1000;
const ENVIRONMENTS = 40;
/** What the bootstrap imports. */
const IMPORTS = 'import importlib, json, logging, os, socket, sys, time, traceback';

// The interpreter itself: a shim on the PATH would be measured, too.
const { stdout: python } = spawnSync('python3', ['-c', 'import sys; print(sys.executable, end="")'], {
  encoding: 'utf8',
});
if (!python) {
  console.log('Left out: there is no python3 on the PATH.');
  process.exit();
}

function functionsOf(count: number): string {
  const resources = Array.from(
    { length: count },
    (_, index) => `
  F${index}:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: f${index}
      Role: arn:aws:iam::000000000000:role/any
      Runtime: ${index === 0 ? 'nodejs22.x' : 'python3.12'}
      Handler: index.handler
      Timeout: 30
      Code: { ZipFile: "${index === 0 ? 'exports.handler = async () => 1' : 'def handler(event, context): return 1'}" }`,
  );
  return `Resources:${resources.join('')}`;
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

async function invoke(url: string, name: string): Promise<void> {
  const response = await fetch(`${url}/2015-03-31/functions/${name}/invocations`, { method: 'POST', body: '{}' });
  const answer = await response.text();
  if (answer !== '1') throw new Error(`${name} answered ${answer}`);
}

async function startInterpreter(): Promise<void> {
  const child = spawn(python, ['-B', '-c', IMPORTS], { stdio: 'ignore' });
  await new Promise((resolve) => child.once('exit', resolve));
}

const bare: number[] = [];
const first: number[] = [];
// Nothing stays: each invocation is a first one.
const cold = await startLocal({ idleWorkers: 0 });
await cold.deploy({ name: 'bench', template: functionsOf(2) });
await invoke(cold.url, 'f1');
for (let round = 0; round < FIRST; round++) {
  bare.push(await timeOf(startInterpreter));
  first.push(await timeOf(() => invoke(cold.url, 'f1')));
}
await cold.close();

const warm = await startLocal({ idleWorkers: ENVIRONMENTS });
await warm.deploy({ name: 'bench', template: functionsOf(ENVIRONMENTS) });
const inNode: number[] = [];
const inPython: number[] = [];
for (let round = 0; round < WARM; round++) {
  inNode.push(await timeOf(() => invoke(warm.url, 'f0')));
  inPython.push(await timeOf(() => invoke(warm.url, 'f1')));
}
const before = process.memoryUsage.rss();
for (let index = 2; index < ENVIRONMENTS; index++) await invoke(warm.url, `f${index}`);
const perEnvironment = (process.memoryUsage.rss() - before) / (ENVIRONMENTS - 2) / 2 ** 20;
await warm.close();

const above = (times: readonly number[], base: readonly number[]) =>
  (percentile(times, 0.5) - percentile(base, 0.5)).toFixed(1);
printTable(
  ['what', 'median (p10–p90)', 'aim'],
  [
    ['the interpreter with the same imports, ms', summary(bare), ''],
    ['first invocation in Python, ms', summary(first), ''],
    ['  above the interpreter, ms', above(first, bare), '≤ 15'],
    ['warm invocation in Node, ms', summary(inNode, 2), ''],
    ['warm invocation in Python, ms', summary(inPython, 2), '≤ 1.5'],
    ['one more warm environment in this process, MB', perEnvironment.toFixed(2), '≤ 1'],
  ],
);

// From nothing to ready: the command line beside a bare node process, memory when ready, and startLocal() inside this process.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLocal } from '@earwitness/local';
import { cli, percentile, printTable, summary } from './measure.ts';

const ROUNDS = 15;
const empty = mkdtempSync(join(tmpdir(), 'earwitness-bench-'));

/** Starts a node process; answers the milliseconds until it has said something, and its resident memory then, in MB. */
async function timeToSpeak(args: readonly string[]): Promise<{ ms: number; mb: number }> {
  const started = performance.now();
  const child = spawn(process.execPath, args, { cwd: empty, stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  const ms = performance.now() - started;
  const mb = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGINT');
  await ended;
  return { ms, mb };
}

const bare: number[] = [];
const ready: number[] = [];
const memory: number[] = [];
await timeToSpeak([cli, 'dev', '--port', '0']);
for (let round = 0; round < ROUNDS; round++) {
  bare.push((await timeToSpeak(['-e', 'console.log(1);setTimeout(()=>{},1e3)'])).ms);
  const dev = await timeToSpeak([cli, 'dev', '--port', '0']);
  ready.push(dev.ms);
  memory.push(dev.mb);
}

const inProcess: number[] = [];
for (let round = 0; round < ROUNDS * 2; round++) {
  const started = performance.now();
  const local = await startLocal();
  inProcess.push(performance.now() - started);
  await local.close();
}

printTable(
  ['what', 'median (p10–p90)', 'aim'],
  [
    ['bare node process speaks, ms', summary(bare), ''],
    ['earwitness dev ready, ms', summary(ready), ''],
    ['  above the bare process, ms', (percentile(ready, 0.5) - percentile(bare, 0.5)).toFixed(1), '≤ 100'],
    ['  resident memory when ready, MB', summary(memory), '< 70'],
    ['startLocal() in this process, ms', summary(inProcess), '< 20'],
    ['  the first one', (inProcess[0] ?? Number.NaN).toFixed(1), ''],
  ],
);

// From nothing to ready: the command line, which has run before, beside a bare node process, memory when ready, startLocal() inside this process, and what the
// services that nobody uses add to all that.
import { execFile, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startLocal } from '@earwitness/local';
import { cli, percentile, printTable, summary } from './measure.ts';

const ROUNDS = 15;
const PAIRS = 40;
const empty = mkdtempSync(join(tmpdir(), 'earwitness-bench-'));

/**
 * Starts a node process; answers the milliseconds until it has said something, what its main thread had of the processor then, and its
 * resident memory in MB.
 */
async function timeToSpeak(args: readonly string[]): Promise<{ ms: number; mainMs: number; mb: number }> {
  const started = performance.now();
  const child = spawn(process.execPath, args, { cwd: empty, stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  const ms = performance.now() - started;
  const mainMs = Number(readFileSync(`/proc/${child.pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
  const mb = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGINT');
  await ended;
  return { ms, mainMs, mb };
}

const bare: Awaited<ReturnType<typeof timeToSpeak>>[] = [];
const ready: typeof bare = [];
// What V8 compiled is kept by the first.
await timeToSpeak([cli, 'dev', '--port', '0']);
for (let round = 0; round < ROUNDS; round++) {
  bare.push(await timeToSpeak(['-e', 'console.log(1);setTimeout(()=>{},1e3)']));
  ready.push(await timeToSpeak([cli, 'dev', '--port', '0']));
}
const each = (taken: typeof bare, what: keyof (typeof bare)[number]) => taken.map((one) => one[what]);
const above = (what: keyof (typeof bare)[number]) =>
  (percentile(each(ready, what), 0.5) - percentile(each(bare, what), 0.5)).toFixed(1);

/** The built package once more: as it is, or with an empty list of the services that are loaded when first needed. */
function copyOf({ isWhole }: { isWhole: boolean }): URL {
  const copy = new URL(`local-${isWhole ? 'whole' : 'less'}/`, import.meta.url);
  cpSync(new URL('../packages/local/dist', import.meta.url), new URL('dist', copy), { recursive: true });
  cpSync(new URL('../packages/local/package.json', import.meta.url), new URL('package.json', copy));
  if (!isWhole) writeFileSync(new URL('dist/services/lazy-services.js', copy), 'export const LAZY_SERVICES = [];');
  return copy;
}

/** In a process of its own, from nothing to a local cloud. */
async function startOf(packageUrl: URL): Promise<{ wallMs: number; cpuMs: number; rssMb: number; heapMb: number }> {
  const script = `import { startLocal } from ${JSON.stringify(new URL('dist/index.js', packageUrl).href)};
    await startLocal();
    const { user, system } = process.cpuUsage();
    const wallMs = performance.now();
    gc();
    const { rss, heapUsed } = process.memoryUsage();
    const cpuMs = (user + system) / 1000;
    console.log(JSON.stringify({ wallMs, cpuMs, rssMb: rss / 2 ** 20, heapMb: heapUsed / 2 ** 20 }));
    process.exit();`;
  const args = ['--expose-gc', '--input-type=module', '--eval', script];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: empty });
  return JSON.parse(stdout);
}

type Start = Awaited<ReturnType<typeof startOf>>;

/** With those services and without: pairs, one after the other, each first in turn. */
const pairs: { whole: Start; less: Start }[] = [];
const [wholeUrl, lessUrl] = [copyOf({ isWhole: true }), copyOf({ isWhole: false })];
for (const url of [wholeUrl, lessUrl]) await startOf(url);
for (let round = 0; round < PAIRS; round++) {
  const isWholeFirst = round % 2 === 0;
  const [first, second] = isWholeFirst ? [wholeUrl, lessUrl] : [lessUrl, wholeUrl];
  const [one, other] = [await startOf(first), await startOf(second)];
  pairs.push(isWholeFirst ? { whole: one, less: other } : { whole: other, less: one });
}
const addedTo = (what: keyof Start) =>
  summary(
    pairs.map(({ whole, less }) => whole[what] - less[what]),
    2,
  );
/** A busy machine makes starts slower, never faster. */
const fastest = (which: 'whole' | 'less', what: keyof Start) =>
  percentile(
    pairs.map((pair) => pair[which][what]),
    0.1,
  );
const addedToFastest = (what: keyof Start) => (fastest('whole', what) - fastest('less', what)).toFixed(2);

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
    ['bare node process speaks, ms', summary(each(bare, 'ms')), ''],
    ['earwitness dev ready, ms', summary(each(ready, 'ms')), ''],
    ['  above the bare process, ms', above('ms'), '≤ 50'],
    ['  above it, processor time of the main thread, ms', above('mainMs'), '≤ 50'],
    ['  resident memory when ready, MB', summary(each(ready, 'mb')), '< 65'],
    ['startLocal() in this process, ms', summary(inProcess), '≤ 12'],
    ['  the first one', (inProcess[0] ?? Number.NaN).toFixed(1), '≤ 12'],
    ['services that are loaded when first needed, and are not, add to a start, ms', addedTo('wallMs'), '≤ 10'],
    ['  to the fastest tenth of starts, ms', addedToFastest('wallMs'), '≤ 10'],
    ['  to its processor time, ms', addedTo('cpuMs'), ''],
    ['  to that of the fastest tenth, ms', addedToFastest('cpuMs'), ''],
    ['  to resident memory, MB', addedTo('rssMb'), '≤ 4'],
    ['  to the heap, MB', addedTo('heapMb'), ''],
  ],
);

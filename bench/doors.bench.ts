// What harm a function can do to the local cloud that runs it: each row of the table is one way, with the figure that must not be
// passed. The cloud is `earwitness dev` in a process of its own; ways to harm it are in `doors`, one each, which may add rows.
import { type CloudProcess, startCloudProcess } from './cloud-process.ts';
import { percentile, printTable, summary } from './measure.ts';

type Row = readonly [what: string, measured: string, aim: string];

const doors: readonly (() => Promise<readonly Row[]>)[] = [printWithoutEnd, deployManyFunctions, growOutsideTheHeap];

/** Milliseconds of PutEvents requests, one after the other, until `until` resolves. */
async function putEvents(cloud: CloudProcess, until: Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  let isOver = false;
  void until.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    const started = performance.now();
    await cloud.call('AWSEvents.PutEvents', { Entries: [{ Source: 'bench', DetailType: 'Ping', Detail: '{}' }] });
    times.push(performance.now() - started);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  return times;
}

async function printWithoutEnd(): Promise<readonly Row[]> {
  const cloud = await startCloudProcess({
    print: 'for (let i = 0; i < 1e6; i++) console.log("line %d", i); return "done"',
  });
  await putEvents(cloud, wait(3000));
  await cloud.read();
  const idle = { times: await putEvents(cloud, wait(3000)), loop: await cloud.read() };
  const busy = { times: [] as number[], p99Ms: [] as number[], maxMs: [] as number[], tookMs: [] as number[] };
  for (let round = 0; round < 5; round++) {
    await cloud.read();
    const started = performance.now();
    busy.times.push(...(await putEvents(cloud, cloud.invoke('print'))));
    busy.tookMs.push(performance.now() - started);
    const { p99Ms, maxMs } = await cloud.read();
    busy.p99Ms.push(p99Ms);
    busy.maxMs.push(maxMs);
    await wait(500);
  }
  await cloud.stop();
  const limitMs = 20 * idle.loop.medianMs;
  const delay = percentile(busy.times, 0.99) - percentile(idle.times, 0.5);
  return [
    ['event loop of an idle cloud, median ms', idle.loop.medianMs.toFixed(2), ''],
    ['  p99 and longest, ms', `${idle.loop.p99Ms.toFixed(2)}, ${idle.loop.maxMs.toFixed(2)}`, ''],
    ['PutEvents of an idle cloud, ms', summary(idle.times, 2), ''],
    ['a handler prints 1,000,000 lines: it takes, ms', summary(busy.tookMs, 0), ''],
    ['  event loop meanwhile, p99 ms', summary(busy.p99Ms, 2), `< ${limitMs.toFixed(1)}`],
    ['  event loop meanwhile, longest ms', summary(busy.maxMs, 2), ''],
    ['  PutEvents meanwhile, ms', summary(busy.times, 2), ''],
    ['  later than when idle (p99 − idle median), ms', delay.toFixed(2), `< ${limitMs.toFixed(1)} (20 × idle median)`],
  ];
}

async function deployManyFunctions(): Promise<readonly Row[]> {
  const COUNT = 300;
  const empty = await startCloudProcess({});
  const emptyMb = (await empty.read()).residentMb;
  await empty.stop();
  const names = Array.from({ length: COUNT }, (_, index) => `function-${index}`);
  const cloud = await startCloudProcess(Object.fromEntries(names.map((name) => [name, `return '${name}'`])));
  const deployedMb = (await cloud.read()).residentMb;
  const cold: number[] = [];
  for (const name of names) {
    const started = performance.now();
    await cloud.invoke(name);
    cold.push(performance.now() - started);
  }
  await wait(1000);
  const invokedMb = (await cloud.read()).residentMb;
  await cloud.stop();
  return [
    ['resident memory of an empty cloud, MB', emptyMb.toFixed(0), ''],
    [`  with ${COUNT} functions deployed`, deployedMb.toFixed(0), ''],
    [`  with ${COUNT} functions deployed and invoked`, invokedMb.toFixed(0), '≤ 250'],
    ['  an invocation that starts its worker, ms', summary(cold), ''],
  ];
}

async function growOutsideTheHeap(): Promise<readonly Row[]> {
  const grow = 'kept.push(Buffer.alloc(1e6, 1))';
  const cloud = await startCloudProcess({
    asynchronous: `const kept = []; for (;;) { ${grow}; await new Promise((resolve) => setTimeout(resolve)) }`,
    synchronous: `const kept = []; for (;;) ${grow}`,
  });
  const grown = async (name: string) => {
    const times: number[] = [];
    const growthMb: number[] = [];
    for (let round = 0; round < 5; round++) {
      const before = (await cloud.read()).residentMb;
      let peakMb = 0;
      let isOver = false;
      const started = performance.now();
      const answer = cloud.invoke(name).finally(() => {
        times.push(performance.now() - started);
        isOver = true;
      });
      while (!isOver) {
        peakMb = Math.max(peakMb, (await cloud.read()).residentMb);
        await wait(10);
      }
      if (!(await answer).includes('signal: killed')) throw new Error(`${name}: ${await answer}`);
      growthMb.push(peakMb - before);
      await wait(500);
    }
    return { times, growthMb };
  };
  const asynchronous = await grown('asynchronous');
  const synchronous = await grown('synchronous');
  await cloud.stop();
  return [
    ['an asynchronous handler of 128 MB fills Buffers: ended after, ms', summary(asynchronous.times, 0), '< 1000'],
    ['  the process grew by, MB', summary(asynchronous.growthMb, 0), ''],
    ['one that lets no event loop turn: ended after, ms', summary(synchronous.times, 0), ''],
    ['  the process grew by, MB', summary(synchronous.growthMb, 0), '640, and what half a second fills'],
  ];
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

const rows: Row[] = [];
for (const door of doors) rows.push(...(await door()));
printTable(['what', 'median (p10–p90)', 'aim'], rows);

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
  const slice = async (until: () => Promise<unknown>) => {
    await cloud.read();
    const started = performance.now();
    const times = await putEvents(cloud, until());
    return { times, tookMs: performance.now() - started, loop: await cloud.read() };
  };
  await slice(() => wait(3000));
  // In turn, so that a machine that is busy with other things is so for both.
  const idle: Awaited<ReturnType<typeof slice>>[] = [];
  const busy: typeof idle = [];
  for (let round = 0; round < 15; round++) {
    idle.push(await slice(() => wait(busy.at(-1)?.tookMs ?? 500)));
    busy.push(await slice(() => cloud.invoke('print')));
    await wait(200);
  }
  await cloud.stop();
  const idleMedianMs = percentile(
    idle.map(({ loop }) => loop.medianMs),
    0.5,
  );
  const aim = `< ${(20 * idleMedianMs).toFixed(1)} (20 × idle median)`;
  const row = (what: string, slices: typeof idle): Row[] => {
    const times = slices.flatMap((each) => each.times);
    return [
      [
        `${what}: its event loop, p99 ms`,
        summary(
          slices.map(({ loop }) => loop.p99Ms),
          2,
        ),
        '',
      ],
      [
        '  its longest, ms',
        summary(
          slices.map(({ loop }) => loop.maxMs),
          2,
        ),
        '',
      ],
      ['  PutEvents, ms', summary(times, 2), ''],
    ];
  };
  const later = (share: number) => {
    const [busyMs, idleMs] = [busy, idle].map((slices) =>
      percentile(
        slices.flatMap(({ times }) => times),
        share,
      ),
    );
    return (Number(busyMs) - Number(idleMs)).toFixed(2);
  };
  return [
    ['event loop of an idle cloud, median ms', idleMedianMs.toFixed(2), ''],
    ...row('an idle cloud', idle),
    ...row('while a handler prints 1,000,000 lines', busy),
    ['  PutEvents later than when idle: the median, ms', later(0.5), aim],
    ['  PutEvents later than when idle: the p99, ms', later(0.99), aim],
    [
      '  the handler takes, ms',
      summary(
        busy.map(({ tookMs }) => tookMs),
        0,
      ),
      '',
    ],
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

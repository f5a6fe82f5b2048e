import { connect, createServer } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createClock } from './clock.ts';

test('advance fires timers in order of their time, each at its own moment', async () => {
  const clock = createClock({ frozenAt: 0 });
  const seen: string[] = [];
  clock.setTimer(2000, () => seen.push(`b@${clock.now()}`));
  clock.setTimer(1000, () => {
    seen.push(`a@${clock.now()}`);
    clock.setTimer(1500, () => seen.push(`a2@${clock.now()}`));
  });
  await clock.advance(3000);
  expect(seen).toEqual(['a@1000', 'a2@1500', 'b@2000']);
  expect(clock.now()).toBe(3000);
});

test('advance waits for held work before it goes on', async () => {
  const clock = createClock({ frozenAt: 0 });
  const seen: number[] = [];
  clock.setTimer(10, () => {
    const release = clock.hold();
    fetchSomething().then(() => {
      clock.setTimer(clock.now() + 10, () => seen.push(clock.now()));
      release();
    });
  });
  await clock.advance(100);
  expect(seen).toEqual([20]);
});

test('a part of a millisecond is a whole one', async () => {
  const clock = createClock({ frozenAt: 1000 });
  await clock.advance(0.5);
  expect(clock.now()).toBe(1001);
});

test('a cancelled timer never fires, and an aborted sleep rejects with its reason', async () => {
  const clock = createClock({ frozenAt: 0 });
  const seen: string[] = [];
  clock.setTimer(1, () => seen.push('fired')).cancel();
  const controller = new AbortController();
  const sleeping = clock.sleep(5, { signal: controller.signal });
  controller.abort(new Error('gone'));
  await expect(sleeping).rejects.toThrow('gone');
  await clock.advance(10);
  expect(seen).toEqual([]);
});

test('a running clock advances too', async () => {
  const clock = createClock();
  const before = clock.now();
  const slept = clock.sleep(3_600_000);
  await clock.advance(3_600_000);
  await slept;
  expect(clock.now() - before).toBeGreaterThanOrEqual(3_600_000);
});

test('a timer of a running clock does not outrun an answer that had come before it was due', async () => {
  const clock = createClock();
  const seen: string[] = [];
  const fired = new Promise<void>((resolve) => {
    const server = createServer((socket) => {
      socket.on('data', () => {
        socket.end('answer');
        clock.setTimer(clock.now() + 1, () => {
          seen.push('timer');
          server.close();
          resolve();
        });
        // Nobody reads the answer until the timer is due.
        const end = performance.now() + 5;
        while (performance.now() < end);
      });
    });
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const client = connect(typeof address === 'object' ? (address?.port ?? 0) : 0, '127.0.0.1');
      client.on('data', (data) => seen.push(String(data)));
      client.on('connect', () => client.write('question'));
    });
  });
  await fired;
  expect(seen).toEqual(['answer', 'timer']);
});

test('a running clock is ahead by exactly what it was advanced by, however long the work on the way took', async () => {
  const clock = createClock();
  clock.setTimer(clock.now() + 1000, () => clock.setWireTimer(20, clock.hold()));
  await clock.advance(3_600_000);
  const wall = performance.timeOrigin + performance.now();
  expect(clock.preciseNow() - wall).toBeGreaterThanOrEqual(3_600_000 - 0.01);
});

async function fetchSomething(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

test('a wire timer runs in real time: a frozen clock does not hold it and advance does not fire it', async () => {
  const clock = createClock({ frozenAt: 0 });
  const seen: string[] = [];
  const fired = new Promise<void>((resolve) => clock.setWireTimer(5, resolve));
  clock.setWireTimer(60_000, () => seen.push('advanced'));
  clock.setWireTimer(0, () => seen.push('cancelled')).cancel();
  await clock.advance(120_000);
  await fired;
  expect(seen).toEqual([]);
});

test('advance waits for held work only as long as whoever holds it finds worth it', async () => {
  const finished: string[] = [];
  const advance = async (name: string, patienceMs?: number) => {
    const clock = createClock({ frozenAt: 0 });
    clock.hold(patienceMs);
    await clock.advance(1000);
    finished.push(name);
  };
  await Promise.all([advance('patient'), advance('impatient', 1)]);
  expect(finished).toEqual(['impatient', 'patient']);
});

test('of timers that are set and cancelled in any order, also by one another, exactly those that were not cancelled fire, in order', async () => {
  const plans = fc.array(
    fc.record({
      at: fc.integer({ min: 0, max: 50 }),
      /** The timer that this one cancels when it fires: itself, one before it or one after it. */
      cancels: fc.option(fc.nat({ max: 299 }), { nil: undefined }),
      isCancelled: fc.boolean(),
    }),
    { maxLength: 300 },
  );
  await fc.assert(
    fc.asyncProperty(plans, async (timers) => {
      const clock = createClock({ frozenAt: 0 });
      const fired: number[] = [];
      const set = timers.map(({ at, cancels }, index) =>
        clock.setTimer(at, () => {
          fired.push(index);
          if (cancels !== undefined) set[cancels]?.cancel();
        }),
      );
      for (const [index, { isCancelled }] of timers.entries()) if (isCancelled) set[index]?.cancel();
      await clock.advance(50);

      const cancelled = new Set(timers.flatMap(({ isCancelled }, index) => (isCancelled ? [index] : [])));
      const expected: number[] = [];
      // Array.prototype.sort is stable.
      for (const [index, { cancels }] of [...timers.entries()].sort(([, a], [, b]) => a.at - b.at)) {
        if (cancelled.has(index)) continue;
        expected.push(index);
        if (cancels !== undefined) cancelled.add(cancels);
      }
      expect(fired).toEqual(expected);
    }),
    { numRuns: 50 },
  );
});

test('a step of advance at which nothing happens costs one turn of the event loop', async () => {
  const clock = createClock({ frozenAt: 0 });
  for (let at = 1; at <= 1000; at++) clock.setTimer(at, () => {});
  let turns = 0;
  let isOver = false;
  const count = () => {
    turns++;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  await clock.advance(1000);
  isOver = true;
  // Its beginning and its end are one each.
  expect(turns).toBe(1002);
});

test('advance goes on waiting for held work while other work comes to its end', async () => {
  const clock = createClock({ frozenAt: 0 });
  const seen: number[] = [];
  clock.setTimer(10, () => {
    const patienceMs = 20;
    const release = clock.hold(patienceMs);
    const others = Array.from({ length: 10 }, () => clock.hold(patienceMs));
    const finishNext = () => {
      const end = performance.now() + patienceMs / 2;
      while (performance.now() < end);
      others.pop()?.();
      if (others.length > 0) {
        setImmediate(finishNext);
      } else {
        clock.setTimer(clock.now() + 10, () => seen.push(clock.now()));
        release();
      }
    };
    setImmediate(finishNext);
  });
  await clock.advance(100);
  expect(seen).toEqual([20]);
});

test('work that was waited for in vain is not waited for again at each of the next steps', async () => {
  const finished: string[] = [];
  const advance = async (name: string, { steps, patienceMs }: { steps: number; patienceMs: number }) => {
    const clock = createClock({ frozenAt: 0 });
    for (let at = 1; at <= steps; at++) clock.setTimer(at, () => {});
    clock.hold(patienceMs);
    await clock.advance(steps);
    finished.push(name);
  };
  await Promise.all([
    advance('once', { steps: 1, patienceMs: 250 }),
    advance('a hundred times', { steps: 100, patienceMs: 10 }),
  ]);
  expect(finished).toEqual(['a hundred times', 'once']);
});

// What holds for every machine, however its tasks answer and whatever comes between: random machines, random order of
// what happens. A seed that fails is named; it fails again.
import { describe, expect, it } from 'vitest';
import { advance } from './advance.ts';
import type { Execution, Waiting } from './execution.ts';
import type { Ask, Happening } from './happening.ts';
import { machineOf, NOON, Play } from './test-play.ts';

/** Mulberry32. */
function chanceOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

type Chance = (below: number) => number;

/** A chain of one to three states. */
function blockOf(chance: Chance, depth: number, names: { count: number }): object {
  const length = 1 + chance(3);
  const chain = Array.from({ length }, () => {
    names.count += 1;
    return `S${names.count}`;
  });
  const states = chain.map((name, index) => {
    const next = chain[index + 1];
    return [name, stateOf(chance, next === undefined ? { End: true } : { Next: next }, { depth, names, next })];
  });
  return { StartAt: chain[0], States: Object.fromEntries(states) };
}

interface Around {
  readonly depth: number;
  readonly names: { count: number };
  readonly next: string | undefined;
}

function stateOf(chance: Chance, onwards: object, { depth, names, next }: Around): object {
  const errors = {
    ...(chance(3) === 0 && { Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 1 + chance(2) }] }),
    ...(chance(3) === 0 &&
      next !== undefined && { Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: null, Next: next }] }),
  };
  const kinds = ['Pass', 'Wait', 'Task', 'Callback', 'Fail', 'Parallel', 'Map'];
  switch (kinds[chance(depth > 2 ? 4 : kinds.length)]) {
    case 'Wait':
      return { Type: 'Wait', Seconds: 1 + chance(5), ...onwards };
    case 'Task':
      return {
        Type: 'Task',
        Resource: 'arn:aws:lambda:r:1:function:f',
        TimeoutSeconds: 3,
        ResultPath: null,
        ...errors,
        ...onwards,
      };
    case 'Callback':
      return {
        Type: 'Task',
        Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
        Parameters: {},
        HeartbeatSeconds: 2,
        ...errors,
        ...onwards,
      };
    case 'Fail':
      return next === undefined ? { Type: 'Fail', Error: 'Mine' } : { Type: 'Pass', ...onwards };
    case 'Parallel': {
      const Branches = Array.from({ length: 1 + chance(3) }, () => blockOf(chance, depth + 1, names));
      return { Type: 'Parallel', Branches, ...errors, ...onwards };
    }
    case 'Map':
      return {
        Type: 'Map',
        ItemsPath: '$$.Execution.Input',
        MaxConcurrency: chance(3),
        ItemProcessor: blockOf(chance, depth + 1, names),
        ...errors,
        ...onwards,
      };
    default:
      return { Type: 'Pass', Assign: { 'v.$': '$' }, ...onwards };
  }
}

/** Everything that was asked for and has not come, and what may come in between. */
class Outside {
  readonly asks = new Map<string, Ask>();
  readonly cancelled = new Set<string>();

  take(asks: readonly Ask[]): void {
    for (const ask of asks) {
      if (ask.kind === 'cancel') this.cancelled.add(ask.task);
      else if (ask.kind === 'wake') this.asks.set(ask.wake, ask);
      else this.asks.set(ask.task, ask);
    }
  }

  next(chance: Chance): Happening | undefined {
    const open = [...this.asks.values()];
    const ask = open[chance(Math.max(1, open.length))];
    if (!ask || chance(40) === 0) return ask && { kind: 'stopped', error: 'Stop', cause: undefined };
    if (ask.kind === 'wake') {
      this.asks.delete(ask.wake);
      return { kind: 'woken', wake: ask.wake };
    }
    const { task } = ask;
    switch (chance(6)) {
      case 0:
        this.asks.delete(task);
        return { kind: 'task failed', task, error: 'Boom', cause: 'no' };
      case 1:
        return { kind: 'task heartbeat', task };
      case 2:
        return { kind: 'task started', task };
      default:
        this.asks.delete(task);
        return { kind: 'task succeeded', task, output: { done: task } };
    }
  }
}

function idsOf(waiting: Waiting): string[] {
  switch (waiting.kind) {
    case 'task':
      return [waiting.task, waiting.timeoutWake, waiting.heartbeatWake].filter((id) => id !== undefined);
    case 'wait':
    case 'retry':
    case 'turn':
      return [waiting.wake];
    case 'map run':
      return [waiting.task];
    default:
      return [];
  }
}

/** While it runs, each thread waits for what was asked for, or for threads that are there. */
function checkThreads(execution: Execution, asked: ReadonlySet<string>): void {
  if (execution.status !== 'RUNNING') return;
  const threads = Object.values(execution.threads);
  expect(threads.length).toBeGreaterThan(0);
  for (const thread of threads) {
    expect(thread.waiting.kind).not.toBe('nothing');
    for (const id of idsOf(thread.waiting)) expect(asked.has(id)).toBe(true);
    const children = threads.filter(({ parent }) => parent?.thread === thread.id).length;
    expect(children > 0).toBe(thread.waiting.kind === 'branches' || thread.waiting.kind === 'items');
  }
}

describe('any machine', () => {
  it('comes to its end, with a history without gaps, and leaves nothing behind', async () => {
    for (let seed = 1; seed <= 200; seed += 1) await playSeed(seed);
  });
});

async function playSeed(seed: number): Promise<void> {
  const chance = chanceOf(seed);
  const machine = machineOf(blockOf(chance, 0, { count: 0 }));
  const outside = new Outside();
  const asked = new Set<string>();
  const about = { input: [1, 2, 3], inputText: '[1,2,3]' };
  let { execution } = new Play({ StartAt: 'P', States: { P: { Type: 'Pass', End: true } } }, { about });
  let happening: Happening | undefined = { kind: 'started' };
  let lastEventId = 0;
  let now = NOON;
  for (let steps = 0; happening && steps < 2_000; steps += 1) {
    now += chance(3_000);
    const before: string = JSON.stringify(execution);
    const step = await advance(machine, execution, happening, {
      now,
      random: () => 0.5,
      uuid: () => 'token',
      hash: () => '',
    });
    expect(JSON.stringify(execution), `seed ${seed}: what was given is changed`).toBe(before);
    for (const event of step.events) {
      lastEventId += 1;
      expect(event.id, `seed ${seed}`).toBe(lastEventId);
      expect(event.previousEventId, `seed ${seed}`).toBeLessThan(event.id);
    }
    for (const ask of step.asks) if (ask.kind !== 'cancel') asked.add(ask.kind === 'wake' ? ask.wake : ask.task);
    outside.take(step.asks);
    execution = step.execution;
    checkThreads(execution, asked);
    const isOver = execution.status !== 'RUNNING';
    if (isOver) {
      const left = [...outside.asks.values()].filter((ask) => ask.kind === 'task' && !outside.cancelled.has(ask.task));
      expect(left, `seed ${seed}: tasks that nobody needs`).toEqual([]);
    }
    const isRedriven = isOver && execution.status !== 'SUCCEEDED' && execution.redriveCount < 2;
    happening = isRedriven ? { kind: 'redriven' } : isOver ? undefined : outside.next(chance);
  }
  expect(execution.status, `seed ${seed}`).not.toBe('RUNNING');
}

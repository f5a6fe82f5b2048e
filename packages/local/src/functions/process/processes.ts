// The processes of one cloud: how many start at once, and that none outlives it. A process group is told to a small
// shell that waits for the end of its input, which comes however the cloud ends, also by a SIGKILL: then it ends all
// groups that are left.
import { type ChildProcess, spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import type { Clock } from '../../clock/clock.ts';

/** Ours: a start is work for one core; more at once only make each other late. */
const STARTS_AT_ONCE = availableParallelism() * 2;

/** Reads lines of process ids, the last of which is the state of things; the groups of that are ended at the end. */
const REAPER =
  'while read -r line; do groups=$line; done; for group in $groups; do kill -9 "-$group"; done 2>/dev/null';

export class Processes {
  readonly clock: Clock;
  readonly #groups = new Set<number>();
  #reaper: ChildProcess | undefined;
  #starting = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Resolves when one more may start, with a function to call when it has started. */
  async takeTurn(): Promise<() => void> {
    if (this.#starting >= STARTS_AT_ONCE) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#starting++;
    let isDone = false;
    return () => {
      if (isDone) return;
      isDone = true;
      const next = this.#waiting.shift();
      if (next) next();
      else this.#starting--;
    };
  }

  /** The process `pid` leads a group. */
  add(pid: number): void {
    this.#groups.add(pid);
    this.#tell();
  }

  /** Ends what is left of its group. */
  end(pid: number): void {
    killGroup(pid);
    if (this.#groups.delete(pid)) this.#tell();
  }

  close(): void {
    for (const pid of this.#groups) killGroup(pid);
    this.#groups.clear();
    this.#reaper?.stdin?.end();
    this.#reaper = undefined;
  }

  #tell(): void {
    // Windows has no process groups, and no such shell.
    if (process.platform === 'win32') return;
    this.#reaper ??= startReaper();
    this.#reaper.stdin?.write(`${[...this.#groups].join(' ')}\n`);
  }
}

function startReaper(): ChildProcess {
  // In a group of its own: Ctrl-C in a terminal does not reach it.
  const reaper = spawn('/bin/sh', ['-c', REAPER], { stdio: ['pipe', 'ignore', 'ignore'], detached: true, env: {} });
  reaper.on('error', () => {});
  reaper.stdin.on('error', () => {});
  reaper.unref();
  const { stdin } = reaper;
  if ('unref' in stdin && typeof stdin.unref === 'function') stdin.unref();
  return reaper;
}

function killGroup(pid: number): void {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // Nobody is left.
  }
}

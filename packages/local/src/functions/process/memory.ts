// What memory a process holds, and that it holds no more than its function may. Looked at while it starts or works, a
// few times a second, and where Linux tells it; elsewhere nothing is known. Processes that it starts are not counted.
import { readFileSync } from 'node:fs';
import type { Clock, Timer } from '../../clock/clock.ts';

/** Ours: real time between two looks. */
const LOOK_MS = 250;
/** Bytes of a page of memory, as /proc counts. Source: proc_pid_statm(5); 16 KB and 64 KB are rare and said too low. */
const PAGE_BYTES = 4096;

export class MemorySampler {
  readonly #limitBytes: number;
  readonly #clock: Clock;
  readonly #onFull: () => void;
  #pid: number | undefined;
  #mostBytes = 0;
  #timer: Timer | undefined;

  constructor(options: { readonly memoryMb: number; readonly clock: Clock; readonly onFull: () => void }) {
    this.#limitBytes = options.memoryMb * 2 ** 20;
    this.#clock = options.clock;
    this.#onFull = options.onFull;
  }

  watch(pid: number): void {
    this.#pid = pid;
    this.start();
  }

  /** It works: looks at it from now on. */
  start(): void {
    this.#timer ??= this.#clock.setWireTimer(LOOK_MS, () => {
      this.#timer = undefined;
      this.look();
      if (this.#mostBytes > this.#limitBytes) this.#onFull();
      else this.start();
    });
  }

  /** It rests, or is gone. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** The most that it held, in bytes. */
  look(): number {
    this.#mostBytes = Math.max(this.#mostBytes, readResidentBytes(this.#pid));
    return this.#mostBytes;
  }
}

function readResidentBytes(pid: number | undefined): number {
  if (pid === undefined || process.platform !== 'linux') return 0;
  try {
    const [, pages] = readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ');
    return Number(pages) * PAGE_BYTES;
  } catch {
    // It is gone.
    return 0;
  }
}

// Ends workers whose code does not let their event loop turn and fills the memory meanwhile. Such a worker cannot look
// at its own memory (runtime/memory.ts), and what it takes outside of V8's heap is told by the process as a whole only:
// how much that grew since the worker's last sign of life. A worker is ended when the process grew by more than all
// silent workers together may take, the longest silent first; one that works for long without taking memory is not
// ended. An allocator that keeps what it freed (glibc's) hides growth that takes place in what an earlier worker left:
// then the whole process' limit is the last that holds.
import { totalmem } from 'node:os';
import type { Clock, Timer } from '../../clock/clock.ts';

/** Ours: real time between two looks. */
const LOOK_MS = 100;
/** Ours: looks without a sign of life after which a worker is silent. A worker that is not gives one every 250 ms. */
const SILENT_LOOKS = 5;
/**
 * Ours: what a silent worker may take beyond its function's memory. Garbage is part of it, and the rest of the process,
 * too.
 */
const HEADROOM_BYTES = 512 * 2 ** 20;
/** Ours: memory of the process above which no silent worker stays. */
const PROCESS_MAX_BYTES = totalmem() / 2;

/** A worker, as far as it is watched. */
interface Holder {
  /** Grows while its event loop turns. */
  readonly beats: number;
  end(outcome: { readonly kind: 'out of memory' }): unknown;
}

interface Watched {
  readonly limitBytes: number;
  beats: number;
  looks: number;
  /** Memory of the process at the last sign of life. */
  processBytes: number;
}

export class MemoryWatch {
  #clock: Clock;
  #watched = new Map<Holder, Watched>();
  #timer: Timer | undefined;
  /** The worker that was ended last, until its thread is gone and its memory with it. */
  #ending: Holder | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(worker: Holder, memoryMb: number): void {
    const limitBytes = memoryMb * 2 ** 20 + HEADROOM_BYTES;
    this.#watched.set(worker, { limitBytes, beats: 0, looks: 0, processBytes: process.memoryUsage.rss() });
    if (!this.#timer) this.#lookLater();
  }

  /** The worker's thread is gone. */
  remove(worker: Holder): void {
    this.#watched.delete(worker);
    if (this.#ending === worker) this.#ending = undefined;
  }

  #lookLater(): void {
    this.#timer = this.#clock.setWireTimer(LOOK_MS, () => {
      this.#timer = undefined;
      this.#look();
      if (this.#watched.size > 0) this.#lookLater();
    });
  }

  #look(): void {
    const processBytes = process.memoryUsage.rss();
    let allowedBytes = 0;
    let longest: [Holder, Watched] | undefined;
    for (const entry of this.#watched) {
      const [worker, watched] = entry;
      if (worker.beats !== watched.beats) Object.assign(watched, { beats: worker.beats, looks: 0, processBytes });
      else watched.looks++;
      if (watched.looks < SILENT_LOOKS) continue;
      allowedBytes += watched.limitBytes;
      if (watched.looks > (longest?.[1].looks ?? 0)) longest = entry;
    }
    if (!longest || this.#ending) return;
    const [worker, { processBytes: before }] = longest;
    if (processBytes - before <= allowedBytes && processBytes <= PROCESS_MAX_BYTES) return;
    this.#ending = worker;
    void worker.end({ kind: 'out of memory' });
  }
}

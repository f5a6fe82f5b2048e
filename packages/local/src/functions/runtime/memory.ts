// Holds a worker to its function's memory: what is alive in its heap and outside of it (Buffers, WebAssembly). V8
// limits only the heap, and ends the whole process when a single allocation does not fit, so its own limit stands far
// above (see worker.ts).
import type { WorkerSignals } from '../worker/messages.ts';

/**
 * Looks every quarter of a second and calls `onFull` when too much is alive. Each look is a sign of life, too: code
 * that does not let the event loop turn is held by memory-watch.ts. Returns a function that tells the bytes in use.
 */
export function watchMemory(options: {
  readonly limitBytes: number;
  readonly signals: WorkerSignals;
  readonly onFull: () => void;
}): () => number {
  const { limitBytes, signals, onFull } = options;
  const { getHeapStatistics, setFlagsFromString } = process.getBuiltinModule('node:v8');
  const { runInNewContext } = process.getBuiltinModule('node:vm');
  // Real time, and the worker's own: the clock of the cloud is not in this thread.
  const { setInterval } = process.getBuiltinModule('node:timers');
  const { add } = Atomics;

  const usedBytes = () => {
    const { used_heap_size, external_memory } = getHeapStatistics();
    return used_heap_size + external_memory;
  };
  const collectGarbage = () => {
    // The flag decides what the next context gets, and is the whole process': it is taken back at once.
    setFlagsFromString('--expose-gc');
    const collect: () => void = runInNewContext('gc');
    setFlagsFromString('--no-expose-gc');
    collect();
  };
  const look = () => {
    add(signals.beats, 0, 1);
    if (usedBytes() <= limitBytes) return;
    collectGarbage();
    if (usedBytes() > limitBytes) onFull();
  };
  setInterval(look, 250).unref();
  return usedBytes;
}

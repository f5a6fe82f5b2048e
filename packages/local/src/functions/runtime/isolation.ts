// What a handler must not find or do here, because it is a thread among others and believes to be a process of its own.

/**
 * In Lambda a handler is on the main thread. A library that finds a `parentPort` takes the worker for one of its own; a
 * handler that finds `workerData` finds the port.
 */
export function hideThread(): void {
  const threads = process.getBuiltinModule('node:worker_threads');
  Object.assign(threads, { isMainThread: true, parentPort: null, workerData: null });
  // For `import { parentPort } from 'node:worker_threads'`.
  process.getBuiltinModule('node:module').syncBuiltinESMExports();
}

/**
 * A signal that a function sends to its own process would end the local cloud, or what started it: here it ends the
 * worker.
 */
export function guardProcess(): void {
  const { exit, pid: ourPid, ppid: parentPid } = process;
  const ends = (pid: number) => {
    const target = Math.abs(pid);
    // 0: our process group; -1: every process there is.
    return target === ourPid || target === parentPid || pid === 0 || pid === -1;
  };
  // `_kill` is what `kill` calls: every handler can reach it.
  for (const name of ['kill', '_kill'] as const) {
    const send: (pid: number, signal?: string | number) => unknown = Reflect.get(process, name).bind(process);
    Reflect.set(process, name, (pid: number, signal?: string | number) => {
      if (!ends(pid)) return send(pid, signal);
      // Signal 0 only asks whether the process is there.
      if (signal === 0) return name === 'kill' ? true : 0;
      return exit(1);
    });
  }
}

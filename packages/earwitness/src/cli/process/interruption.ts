import type { Clock } from '../../hearing/clock.ts';

/** Ours: how long after the first Ctrl-C another one may be the same, in milliseconds. */
const SAME_MS = 1000;

export interface Interruption extends Disposable {
  /** Resolves with the first Ctrl-C or SIGTERM. */
  readonly interrupted: Promise<void>;
}

/**
 * Listens for Ctrl-C (and SIGTERM). It may come twice, from the terminal and from npm: the second must not interrupt
 * the clean-up after the first. One that comes later ends the process, whatever it is doing.
 */
export function listenForInterruption(clock: Clock): Interruption {
  let stop = () => {};
  const interrupted = new Promise<void>((resolve) => {
    const interrupt = () => {
      resolve();
      clock.after(SAME_MS, stop, { background: true });
    };
    stop = () => void process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
    process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  });
  // Without a listener, the operating system ends the process.
  return { interrupted, [Symbol.dispose]: () => stop() };
}

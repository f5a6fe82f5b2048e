// A command of the command line that stays until Ctrl-C, with what it has printed so far.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { cli, root } from './run.ts';

export interface Staying {
  /** Everything printed on both streams, once this is there behind `from`; rejects when the command ends without it. */
  until(text: string, from?: number): Promise<string>;
  /** Ctrl-C: its exit code, and everything it printed. */
  interrupt(): Promise<{ readonly code: number | null; readonly printed: string }>;
}

/** Starts a command; it is killed when the test has finished, or when `atEnd` says so. */
export function stay(
  args: readonly string[],
  options: {
    readonly cwd?: string;
    readonly env?: NodeJS.ProcessEnv;
    readonly atEnd?: (kill: () => void) => void;
  } = {},
): Staying {
  const child = spawn(process.execPath, [cli, ...args], {
    cwd: options.cwd ?? root,
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  (options.atEnd ?? onTestFinished)(() => void child.kill('SIGKILL'));
  const ended = once(child, 'close');
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      printed += chunk;
      child.emit('printed');
    });
  }
  return {
    async until(text, from = 0) {
      while (!printed.includes(text, from)) {
        const over = ended.then(() => true);
        if ((await Promise.race([over, once(child, 'printed')])) !== true) continue;
        if (!printed.includes(text, from)) throw new Error(`it ended without '${text}':\n${printed}`);
      }
      return printed;
    },
    async interrupt() {
      child.kill('SIGINT');
      const [code] = await ended;
      return { code, printed };
    },
  };
}

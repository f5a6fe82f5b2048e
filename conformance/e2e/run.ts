// Runs a command of the end-to-end tests to its end and keeps what it printed.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const cli = `${root}packages/earwitness/dist/bin/earwitness.js`;

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** What still runs after so long is killed, with every process it started; its exit code is null then. */
  readonly limitMs?: number;
}

/** Runs a program; an exit code other than 0 is an answer, not an error. */
export async function run(file: string, args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  const child = spawn(file, args, {
    cwd: options.cwd ?? root,
    // On a busy machine an event may take longer than the three seconds that a wait has by default.
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined, EARWITNESS_TIMEOUT_MS: '15000', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, when it may have to be killed.
    detached: options.limitMs !== undefined,
  });
  const { pid } = child;
  const limit = pid && options.limitMs ? setTimeout(() => process.kill(-pid, 'SIGKILL'), options.limitMs) : undefined;
  const text = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text.stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (text.stderr += chunk));
  const code = await new Promise<number | null>((resolve, reject) =>
    child.once('error', reject).once('close', resolve),
  );
  clearTimeout(limit);
  return { code, ...text };
}

/** Runs the command line. */
export const earwitness = (args: readonly string[], options?: Parameters<typeof run>[2]) =>
  run(process.execPath, [cli, ...args], options);

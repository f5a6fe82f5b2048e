// Runs the user's command with the local cloud's environment and passes its exit code on.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import { line } from '../../printing/line.ts';
import { misleadingNames } from '../misleading.ts';
import { say } from '../terminal.ts';

/**
 * The host's environment with the local cloud's on top; nothing in it leads to a real cloud, or to another local one.
 */
export function childEnvironment(host: NodeJS.ProcessEnv, ours: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const misleading = new Set(misleadingNames(host));
  const kept = Object.fromEntries(Object.entries(host).filter(([name]) => !misleading.has(name)));
  return { ...kept, PATH: pathWithBin(kept), ...ours, ...unproxied(kept, ours) };
}

/**
 * A proxy in the environment must not catch calls to this machine; but where the local cloud is the proxy of gRPC
 * clients, no entry of the list may keep the names from it that it is asked for.
 */
export function unproxied(
  host: NodeJS.ProcessEnv,
  ours: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const before = listOf(host['NO_PROXY'] ?? host['no_proxy']);
  const names = [...new Set([...before, '127.0.0.1', 'localhost'])].join(',');
  if (ours['grpc_proxy'] === undefined) return { NO_PROXY: names, no_proxy: names, no_grpc_proxy: names };
  const asked = `cache.${ours['MOMENTO_ENDPOINT']?.replace(/:\d+$/, '')}`;
  const spared = listOf(host['no_grpc_proxy'] || host['no_proxy']).filter((end) => !asked.endsWith(end));
  return { NO_PROXY: names, no_proxy: names, no_grpc_proxy: [...new Set([...spared, '127.0.0.1'])].join(',') };
}

function listOf(text: string | undefined): string[] {
  return (text ?? '').split(',').filter((name) => name !== '');
}

/** The PATH, with the project's own programs first. */
export function pathWithBin({ PATH }: NodeJS.ProcessEnv): string {
  return [join(process.cwd(), 'node_modules', '.bin'), PATH].filter(Boolean).join(delimiter);
}

/**
 * Runs a command to its end with this process's terminal.
 * @returns its exit code; 128 + the signal's number when a signal ended it; 127 when it does not exist (after saying
 * so).
 */
export async function runCommand(command: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const [file = '', ...args] = command;
  const child = spawn(file, args, { stdio: 'inherit', env });
  // We stay until the child has ended, to pass its code on. A terminal sends Ctrl-C to the child as well, and twice
  // would mean 'at once' to it; without a terminal we were sent it alone.
  const forward = (signal: NodeJS.Signals) => child.kill(signal);
  const interrupt = process.stdin.isTTY ? () => {} : forward;
  process.on('SIGINT', interrupt).on('SIGTERM', forward);
  try {
    return await new Promise((resolve) => {
      child.once('error', (error: NodeJS.ErrnoException) => {
        const reason = error.code === 'ENOENT' ? 'command not found' : error.message;
        say(line`earwitness: cannot run '${file}': ${reason}`);
        resolve(error.code === 'ENOENT' ? 127 : 126);
      });
      child.once('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
    });
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', forward);
  }
}

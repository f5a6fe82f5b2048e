// A measured process, which tells what it has used when it is asked, and the others that help to measure it: each says what it found as
// one flat object of numbers.
import { type ChildProcess, fork } from 'node:child_process';
import { type EventEmitter, once } from 'node:events';
import type { Tree } from './tree.ts';

/** Numbers by their names. */
export type Figures = Readonly<Record<string, number>>;

export interface ChildOptions {
  readonly args?: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The compiled file of a helper of this folder. */
export const helper = (name: string) => new URL(`./guard/${name}.mjs`, import.meta.url);

/** Starts a file of the tree, or one that is given the tree's files, with the tree's home. Its stdout is a pipe. */
export function startChild(tree: Tree, file: URL | string, { args = [], cwd, env }: ChildOptions = {}): ChildProcess {
  return fork(file, [...args], {
    ...(cwd !== undefined && { cwd }),
    env: { ...process.env, HOME: tree.home, ...env },
    execArgv: ['--import', helper('usage').href],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
}

/** What the child says next. @throws Error when it ends instead. */
export const hear = async (child: ChildProcess): Promise<Figures> => figuresOf(await next(child, child, 'message'));

/** What the child prints next. @throws Error when it ends instead. */
export const read = async (child: ChildProcess): Promise<string> =>
  String(await next(child, child.stdout ?? child, 'data'));

async function next(child: ChildProcess, emitter: EventEmitter, event: string): Promise<unknown> {
  const over = new AbortController();
  try {
    return await Promise.race([
      once(emitter, event, over).then(([value]) => value),
      once(child, 'exit', over).then(([code, signal]): never => {
        throw new Error(`${child.spawnargs.join(' ')} ended with ${code ?? signal}`);
      }),
    ]);
  } finally {
    over.abort();
  }
}

export async function ask(child: ChildProcess, question: string): Promise<Figures> {
  child.send(question);
  return hear(child);
}

/** Processor time since the process began, in milliseconds, and resident memory now, in MB. */
export async function usageOf(child: ChildProcess): Promise<{ readonly cpuMs: number; readonly residentMb: number }> {
  const { cpuMs = Number.NaN, residentMb = Number.NaN } = await ask(child, 'usage');
  return { cpuMs, residentMb };
}

export async function endChild(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.disconnect();
  await ended;
}

function figuresOf(message: unknown): Figures {
  const figures = Object.entries(message ?? {}).filter(([, value]) => typeof value === 'number');
  return Object.fromEntries(figures);
}

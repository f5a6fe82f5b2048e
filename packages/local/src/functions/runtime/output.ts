// What a function prints goes to the owner line by line, at once and in order: a buffer would lose the last lines of a
// worker that is ended. A worker that prints faster than the owner reads waits (its event loop may not turn, so it
// waits on shared memory), and what an invocation prints beyond the limits is only counted.
import type { OutputLimits, WorkerMessage, WorkerSignals } from '../worker/messages.ts';

/** Ours: Lambda itself has no limit for an invocation. The numbers are said in the notice of what was not kept. */
export const OUTPUT_LIMITS: OutputLimits = {
  lines: 10_000,
  characters: 4_194_304,
  /** As an event of CloudWatch Logs: 256 KB (newer editions: 1 MB). Source: API reference, PutLogEvents */
  lineCharacters: 262_144,
  /** 32 short lines, half a millisecond of the main thread. */
  unread: 32_768,
  lineWeight: 1024,
};

export interface Output {
  /** A new invocation starts: it may print as much as the last one. */
  begin(): void;
}

export function captureOutput(options: {
  readonly post: (message: WorkerMessage) => void;
  readonly signals: WorkerSignals;
  readonly limits: OutputLimits;
}): Output {
  const { post, signals, limits } = options;
  const { format } = process.getBuiltinModule('node:util');
  const { add, load, wait } = Atomics;
  const { from } = Buffer;
  let lines = 0;
  let characters = 0;

  const print = (stream: 'stdout' | 'stderr', level: string | undefined, toText: () => string) => {
    if (lines >= limits.lines || characters >= limits.characters) {
      add(signals.dropped, 0, 1);
      return;
    }
    let text = toText();
    if (text.length > limits.lineCharacters) {
      const more = text.length - limits.lineCharacters;
      text = `${text.slice(0, limits.lineCharacters)}… (${more} more characters of this line were not kept)`;
    }
    lines++;
    characters += text.length;
    const weight = text.length + limits.lineWeight;
    let unread = add(signals.unread, 0, weight) + weight;
    post({ kind: 'log', stream, level, text, weight });
    while (unread > limits.unread) {
      wait(signals.unread, 0, unread);
      unread = load(signals.unread, 0);
    }
  };

  const levels = { log: 'INFO', info: 'INFO', warn: 'WARN', error: 'ERROR', debug: 'DEBUG', trace: 'TRACE' } as const;
  for (const [method, level] of Object.entries(levels)) {
    const stream = level === 'ERROR' || level === 'WARN' || level === 'TRACE' ? 'stderr' : 'stdout';
    Object.assign(console, {
      [method]: (...values: unknown[]) => print(stream, level, () => format(...values)),
    });
  }
  for (const name of ['stdout', 'stderr'] as const) {
    const stream = process[name];
    Object.assign(stream, {
      _write(chunk: string | Uint8Array, encoding: BufferEncoding, done: () => void) {
        print(name, undefined, () => (typeof chunk === 'string' ? from(chunk, encoding) : from(chunk)).toString());
        done();
      },
      _writev: null,
      // The standard streams of a process cannot be destroyed.
      destroy: () => stream,
    });
  }
  return {
    begin() {
      lines = 0;
      characters = 0;
    },
  };
}

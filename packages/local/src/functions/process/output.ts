// What a process prints, line by line. What is printed beyond the limits of one invocation is only counted.
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type { LogLine } from '../environment.ts';
import { OUTPUT_LIMITS } from '../runtime/output.ts';
import { parseWorkerMessage, type WorkerMessage } from '../worker/messages.ts';

type Stream = LogLine['stream'];

/** Ours: characters of a message. A sign of a line may be six of them (`\\u0000`). */
const MESSAGE_CHARACTERS = 8 * OUTPUT_LIMITS.lineCharacters;

export class ProcessOutput {
  readonly #onLog: (line: LogLine) => void;
  readonly #readers: LineReader[] = [];
  #lines = 0;
  #characters = 0;
  #dropped = 0;
  /** Grows with everything that comes. */
  #chunks = 0;

  constructor(onLog: (line: LogLine) => void) {
    this.#onLog = onLog;
  }

  read(stream: Stream, readable: Readable): void {
    const { lineCharacters } = OUTPUT_LIMITS;
    this.#read(readable, new LineReader((text) => this.#take({ stream, level: undefined, text }), lineCharacters));
  }

  /** Reads lines that are messages of the runtime (process-runtime.ts): what it printed, with its level. */
  readMessages(readable: Readable, onNonsense: () => void): void {
    const take = (text: string) => {
      const message = parseMessage(text);
      if (message?.kind === 'log') this.#take(message);
      else onNonsense();
    };
    this.#read(readable, new LineReader(take, MESSAGE_CHARACTERS));
  }

  #read(readable: Readable, reader: LineReader): void {
    this.#readers.push(reader);
    readable.on('data', (chunk: Buffer) => {
      this.#chunks++;
      reader.write(chunk);
    });
  }

  /** A new invocation starts: it may print as much as the last one. */
  begin(): void {
    this.#lines = 0;
    this.#characters = 0;
  }

  /**
   * Reads what is on its way: what a process printed before it said something over a socket is there when the event
   * loop has turned, and there may be more of it until a turn brings nothing. A line without its end is one, too.
   */
  async drain(): Promise<void> {
    let before: number;
    do {
      before = this.#chunks;
      // Two: what comes in the turn that is under way is read in the next.
      await new Promise((resolve) => setImmediate(resolve));
      await new Promise((resolve) => setImmediate(resolve));
    } while (this.#chunks !== before && this.#lines < OUTPUT_LIMITS.lines);
    for (const reader of this.#readers) reader.end();
  }

  takeDroppedLines(): number {
    const dropped = this.#dropped;
    this.#dropped = 0;
    return dropped;
  }

  #take({ stream, level, text }: LogLine): void {
    if (this.#lines >= OUTPUT_LIMITS.lines || this.#characters >= OUTPUT_LIMITS.characters) {
      this.#dropped++;
      return;
    }
    this.#lines++;
    this.#characters += text.length;
    this.#onLog({ stream, level, text });
  }
}

/** Cuts text into lines; of one that is too long, what is beyond the limit is left away. */
class LineReader {
  readonly #onLine: (text: string) => void;
  readonly #decoder = new StringDecoder('utf8');
  readonly #maxCharacters: number;
  #line = '';
  #more = 0;

  constructor(onLine: (text: string) => void, maxCharacters: number) {
    this.#onLine = onLine;
    this.#maxCharacters = maxCharacters;
  }

  write(chunk: Buffer): void {
    const [first = '', ...others] = this.#decoder.write(chunk).split('\n');
    this.#append(first);
    for (const part of others) {
      this.#finish();
      this.#append(part);
    }
  }

  end(): void {
    this.#append(this.#decoder.end());
    if (this.#line !== '') this.#finish();
  }

  #append(text: string): void {
    const room = this.#maxCharacters - this.#line.length;
    this.#line += text.slice(0, room);
    this.#more += Math.max(text.length - room, 0);
  }

  #finish(): void {
    const notice = this.#more > 0 ? `… (${this.#more} more characters of this line were not kept)` : '';
    this.#onLine(this.#line.replace(/\r$/, '') + notice);
    this.#line = '';
    this.#more = 0;
  }
}

function parseMessage(text: string): WorkerMessage | undefined {
  try {
    return parseWorkerMessage(JSON.parse(text));
  } catch {
    return undefined;
  }
}

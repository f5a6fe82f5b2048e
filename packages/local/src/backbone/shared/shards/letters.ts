// Questions and answers of any size: what is larger than a message goes in pieces, one after the other.
//
//   question   ? <id> <piece> <pieces>      the last piece is answered by the answer's first one, any other by nothing
//   answer     ! <id> <piece> <pieces>      the next pieces are asked for: > <id> <piece>
//
// each a line, and then the bytes.
import { type Server, ServerAway } from '../server.ts';

/** Ours: what a message needs beside its bytes: the line, its subject and headers. */
const ENVELOPE_BYTES = 512;
/** Ours: questions and answers of which pieces wait, at most; whoever leaves in the middle leaves them here. */
const MAX_WAITING = 256;

export interface AskOptions {
  /** Milliseconds of real time for each message. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Asks whoever answers under `name`. @throws NobodyAnswers, ServerAway */
export async function askByLetter(
  server: Server,
  name: string,
  letter: { readonly id: string; readonly question: Uint8Array },
  options: AskOptions,
): Promise<Uint8Array> {
  const room = server.maxBytes - ENVELOPE_BYTES;
  const pieces = inPieces(letter.question, room);
  let first: Letter | undefined;
  for (const [n, bytes] of pieces.entries())
    first = parse(await server.ask(name, format(`? ${letter.id} ${n} ${pieces.length}`, bytes), options));
  const parts = first ? [first.bytes] : [];
  const count = Number(first?.words[3]);
  while (parts.length < count) {
    const next = parse(await server.ask(name, format(`> ${letter.id} ${parts.length}`), options));
    if (next.words[0] !== '!') throw new ServerAway(`the answer of '${name}' is gone`);
    parts.push(next.bytes);
  }
  return Buffer.concat(parts);
}

/** Answers under `name`. Resolves with a function that ends it. @throws ServerAway */
export function answerLetters(
  server: Server,
  name: string,
  answer: (question: Uint8Array, id: string) => Promise<Uint8Array>,
): Promise<() => void> {
  const room = server.maxBytes - ENVELOPE_BYTES;
  const questions = new Map<string, Uint8Array[]>();
  const answers = new Map<string, Uint8Array[]>();

  function piece(id: string, n: number): Uint8Array {
    const pieces = answers.get(id);
    const bytes = pieces?.[n];
    if (!pieces || !bytes) return format(`- ${id}`);
    if (n === pieces.length - 1) answers.delete(id);
    return format(`! ${id} ${n} ${pieces.length}`, bytes);
  }

  return server.answer(name, async (data) => {
    const { words, bytes } = parse(data);
    const [sign, id = ''] = words;
    const n = Number(words[2]);
    if (sign === '>') return piece(id, n);
    const parts = questions.get(id) ?? [];
    parts[n] = bytes;
    if (n < Number(words[3]) - 1) {
      keep(questions, id, parts);
      return format(`+ ${id}`);
    }
    questions.delete(id);
    keep(answers, id, inPieces(await answer(Buffer.concat(parts), id), room));
    return piece(id, 0);
  });
}

function keep<Value>(waiting: Map<string, Value>, id: string, value: Value): void {
  waiting.set(id, value);
  for (const oldest of waiting.keys()) {
    if (waiting.size <= MAX_WAITING) return;
    waiting.delete(oldest);
  }
}

function inPieces(bytes: Uint8Array, room: number): Uint8Array[] {
  const pieces = [bytes.subarray(0, room)];
  for (let start = room; start < bytes.length; start += room) pieces.push(bytes.subarray(start, start + room));
  return pieces;
}

interface Letter {
  readonly words: readonly string[];
  readonly bytes: Uint8Array;
}

function format(line: string, bytes: Uint8Array = new Uint8Array()): Uint8Array {
  return Buffer.concat([Buffer.from(`${line}\n`), bytes]);
}

function parse(data: Uint8Array): Letter {
  const end = data.indexOf(10);
  return { words: Buffer.from(data.subarray(0, end)).toString().split(' '), bytes: data.subarray(end + 1) };
}

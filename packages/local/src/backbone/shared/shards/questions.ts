// What nodes ask one another, and how: as JSON, of any size, with answers that say what went wrong by name. A question
// that waits for long (a poll) is ended by its id.
import { NotTheKeeper } from '../kept/shard-writer.ts';
import { NobodyAnswers, type Server, ServerAway } from '../server.ts';
import type { NodeDeed, ShardDeed } from './deeds.ts';
import { answerLetters, askByLetter } from './letters.ts';

export interface ShardQuestion {
  readonly of: 'shard';
  readonly shard: string;
  /** That the asker knows. */
  readonly term: number;
  readonly deed: ShardDeed;
}

export type Question = ShardQuestion | { readonly of: 'node'; readonly deed: NodeDeed };

interface WrittenQuestion {
  readonly from: string;
  readonly question: Question;
}

/** What a letter says; `end`: the question with this id is given up. */
type Written = WrittenQuestion | { readonly end: string };

type Failure = { readonly moved: true } | { readonly name: string; readonly message: string };

/** Does what a question asks for. @throws NotTheKeeper when another node has to be asked */
export type Performer = (question: Question, signal: AbortSignal) => Promise<unknown>;

export interface AskingOptions {
  /** For how long the answer may wait, in milliseconds. */
  readonly waitMs?: number;
  /** Ends the wait at the other node; its answer is still heard. */
  readonly signal?: AbortSignal | undefined;
  /** No answer will come. */
  readonly gone: AbortSignal;
}

/** Ours: how long a node may take to answer, beside what the question itself waits for, in milliseconds of real time. */
const ANSWER_MS = 20_000;

export class Questions {
  readonly #server: Server;
  readonly #perform: Performer;
  /** Of other nodes, under way here, by the letter's id. */
  readonly #underWay = new Map<string, { readonly from: string; readonly end: AbortController }>();
  #asked = 0;

  constructor(server: Server, perform: Performer) {
    this.#server = server;
    this.#perform = perform;
  }

  /** Answers under this id. Resolves with a function that ends it. @throws ServerAway */
  answer(id: string): Promise<() => void> {
    return answerLetters(this.#server, id, async (letter, letterId) => {
      const written: Written = JSON.parse(Buffer.from(letter).toString());
      if ('end' in written) this.#underWay.get(written.end)?.end.abort();
      const answer = 'end' in written ? { value: null } : await this.#answer(written, letterId);
      return Buffer.from(JSON.stringify(answer));
    });
  }

  /** Ends what nodes asked that are gone. */
  forget(isAlive: (node: string) => boolean): void {
    for (const { from, end } of this.#underWay.values()) if (!isAlive(from)) end.abort();
  }

  /**
   * Asks a node.
   * @throws NotTheKeeper when another node has to be asked; NobodyAnswers; ServerAway when it is not known whether it
   * was done
   */
  async ask<Value>(
    { self, node }: { readonly self: string; readonly node: string },
    question: Question,
    { waitMs = 0, gone, signal }: AskingOptions,
  ): Promise<Value> {
    const id = `${self}-${++this.#asked}`;
    const options = { timeoutMs: waitMs + ANSWER_MS, signal: gone };
    const send = (letterId: string, written: Written) =>
      askByLetter(this.#server, node, { id: letterId, question: Buffer.from(JSON.stringify(written)) }, options);
    const end = () => void send(`${id}-end`, { end: id }).catch(() => {});
    signal?.addEventListener('abort', end, { once: true });
    try {
      const bytes = await send(id, { from: self, question });
      const answer: { value: Value } | Failure = JSON.parse(Buffer.from(bytes).toString());
      if ('value' in answer) return answer.value;
      throw 'moved' in answer ? new NotTheKeeper(question.of === 'shard' ? question.shard : node) : errorOf(answer);
    } finally {
      signal?.removeEventListener('abort', end);
    }
  }

  async #answer({ from, question }: WrittenQuestion, id: string): Promise<{ readonly value: unknown } | Failure> {
    const end = new AbortController();
    this.#underWay.set(id, { from, end });
    try {
      return { value: (await this.#perform(question, end.signal)) ?? null };
    } catch (error) {
      if (error instanceof NotTheKeeper) return { moved: true };
      if (error instanceof Error) return { name: error.name, message: error.message };
      throw error;
    } finally {
      this.#underWay.delete(id);
    }
  }
}

function errorOf({ name, message }: { readonly name: string; readonly message: string }): Error {
  if (name === 'ServerAway') return new ServerAway(`the keeper says: ${message}`);
  if (name === 'NobodyAnswers') return new NobodyAnswers(message);
  return Object.assign(new Error(message), { name });
}

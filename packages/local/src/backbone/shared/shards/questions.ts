// What nodes ask one another, and how: as JSON, of any size, with answers that say what went wrong by name. A question
// that waits for long (a poll) goes by itself, and is ended by its id. Those that do not wait and are asked in one turn
// of the loop, such as ten events for one queue, go in one letter.
import { NotTheKeeper } from '../kept/shard-writer.ts';
import { NobodyAnswers, type Server, ServerAway, ServerRefuses } from '../server.ts';
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

interface WrittenQuestions {
  readonly from: string;
  readonly questions: readonly Question[];
}

/** What a letter says; `end`: the question with this id is given up. */
type Written = WrittenQuestions | { readonly end: string };

type Failure = { readonly moved: true } | { readonly name: string; readonly message: string };

type Answer = { readonly value: unknown } | Failure;

/** Questions for one letter, and what hears of their answers. */
interface Bundle {
  /** Gives the letter up. */
  readonly gone: AbortController;
  readonly questions: Question[];
  readonly hearers: { resolve(answer: Answer): void; reject(error: unknown): void }[];
}

/** Does what a question asks for. @throws NotTheKeeper when another node has to be asked */
export type Performer = (question: Question, signal: AbortSignal) => Promise<unknown>;

export interface AskingOptions {
  /** For how long the answer may wait, in milliseconds. */
  readonly waitMs?: number;
  /** Ends the wait at the other node; its answer is still heard. */
  readonly signal?: AbortSignal | undefined;
}

/** Who asks whom. */
interface Ends {
  readonly self: string;
  readonly node: string;
}

/** Ours: how long a node may take to answer, beside what the question waits for, in milliseconds of real time. */
const ANSWER_MS = 20_000;

export class Questions {
  readonly #server: Server;
  readonly #perform: Performer;
  /** Of other nodes, under way here, by the letter's id. */
  readonly #underWay = new Map<string, { readonly from: string; readonly end: AbortController }>();
  /** Letters under way: what gives them up, and the node that was asked. */
  readonly #letters = new Map<AbortController, string>();
  /** Those that go at the end of this turn. */
  readonly #bundles = new Map<string, Bundle>();
  #asked = 0;

  constructor(server: Server, perform: Performer) {
    this.#server = server;
    this.#perform = perform;
  }

  /** Answers under this id. Resolves with a function that ends it. @throws ServerAway */
  answer(id: string): Promise<() => void> {
    return answerLetters(this.#server, id, async (letter, letterId) => {
      const written: Written = JSON.parse(Buffer.from(letter).toString());
      if ('end' in written) {
        this.#underWay.get(written.end)?.end.abort();
        return new Uint8Array();
      }
      const { from, questions } = written;
      const end = new AbortController();
      this.#underWay.set(letterId, { from, end });
      try {
        const answers = await Promise.all(questions.map((question) => this.#answer(question, end.signal)));
        return Buffer.from(JSON.stringify(answers));
      } finally {
        this.#underWay.delete(letterId);
      }
    });
  }

  /** Nodes are gone: ends what they asked, and gives up what they were asked. */
  forget(isAlive: (node: string) => boolean): void {
    for (const { from, end } of this.#underWay.values()) if (!isAlive(from)) end.abort();
    for (const [gone, node] of this.#letters) if (!isAlive(node)) gone.abort();
  }

  /** Gives up whatever was asked. */
  close(): void {
    this.forget(() => false);
  }

  /**
   * Asks a node.
   * @throws NotTheKeeper when another node has to be asked; NobodyAnswers; ServerAway when it is not known whether it
   * was done
   */
  async ask<Value>(ends: Ends, question: Question, { waitMs = 0, signal }: AskingOptions = {}): Promise<Value> {
    const answer = await (waitMs > 0
      ? this.#askNow(ends, question, { waitMs, signal })
      : this.#askSoon(ends, question));
    if ('value' in answer) return parseValue(answer.value);
    throw 'moved' in answer ? new NotTheKeeper(question.of === 'shard' ? question.shard : ends.node) : errorOf(answer);
  }

  async #askNow(
    ends: Ends,
    question: Question,
    { waitMs, signal }: { readonly waitMs: number; readonly signal: AbortSignal | undefined },
  ): Promise<Answer> {
    const id = this.#createId(ends);
    const gone = this.#letterTo(ends.node);
    const end = () => {
      const letter = { written: { end: id }, gone: this.#letterTo(ends.node) };
      this.#send(ends, `${id}-end`, letter).catch(() => {});
    };
    signal?.addEventListener('abort', end, { once: true });
    try {
      const written = { from: ends.self, questions: [question] };
      const [answer] = await this.#send(ends, id, { written, gone, waitMs });
      return answer ?? { value: null };
    } finally {
      signal?.removeEventListener('abort', end);
    }
  }

  #askSoon(ends: Ends, question: Question): Promise<Answer> {
    return new Promise((resolve, reject) => {
      // What one shard is asked does not wait for another that is being read.
      const key = question.of === 'shard' ? `${ends.node} ${question.shard}` : ends.node;
      let bundle = this.#bundles.get(key);
      if (!bundle) {
        bundle = { gone: this.#letterTo(ends.node), questions: [], hearers: [] };
        this.#bundles.set(key, bundle);
        process.nextTick(() => void this.#sendBundle(ends, key));
      }
      bundle.questions.push(question);
      bundle.hearers.push({ resolve, reject });
    });
  }

  async #sendBundle(ends: Ends, key: string): Promise<void> {
    const bundle = this.#bundles.get(key);
    if (!bundle) return;
    this.#bundles.delete(key);
    const { gone, questions, hearers } = bundle;
    try {
      const written = { from: ends.self, questions };
      const answers = await this.#send(ends, this.#createId(ends), { written, gone });
      for (const [index, { resolve }] of hearers.entries()) resolve(answers[index] ?? { value: null });
    } catch (error) {
      for (const { reject } of hearers) reject(error);
    }
  }

  /** @throws NobodyAnswers, ServerAway */
  async #send(
    { node }: Ends,
    id: string,
    letter: { readonly written: Written; readonly gone: AbortController; readonly waitMs?: number },
  ): Promise<Answer[]> {
    const { written, gone, waitMs = 0 } = letter;
    try {
      const question = Buffer.from(JSON.stringify(written));
      const options = { timeoutMs: waitMs + ANSWER_MS, signal: gone.signal };
      const bytes = await askByLetter(this.#server, node, { id, question }, options);
      return bytes.length === 0 ? [] : JSON.parse(Buffer.from(bytes).toString());
    } catch (error) {
      throw gone.signal.aborted ? new NobodyAnswers(node) : error;
    } finally {
      this.#letters.delete(gone);
    }
  }

  /** What gives up a letter to this node. */
  #letterTo(node: string): AbortController {
    const gone = new AbortController();
    this.#letters.set(gone, node);
    return gone;
  }

  #createId({ self }: Ends): string {
    return `${self}-${++this.#asked}`;
  }

  async #answer(question: Question, signal: AbortSignal): Promise<Answer> {
    try {
      return { value: (await this.#perform(question, signal)) ?? null };
    } catch (error) {
      if (error instanceof NotTheKeeper) return { moved: true };
      if (error instanceof ServerRefuses) return { name: error.name, message: error.sentence };
      if (error instanceof Error) return { name: error.name, message: error.message };
      throw error;
    }
  }
}

/** Whoever asks a question knows the form of its answers. */
function parseValue<Value>(value: unknown): Value {
  return value as Value;
}

function errorOf({ name, message }: { readonly name: string; readonly message: string }): Error {
  if (name === 'ServerAway') return new ServerAway(`the keeper says: ${message}`);
  if (name === 'ServerRefuses') return new ServerRefuses(message);
  if (name === 'NobodyAnswers') return new NobodyAnswers(message);
  return Object.assign(new Error(message), { name });
}

// A cloud with the world in it, ready to be sent inputs. Starts another process when one has ended.
import { CloudProcess, type Complaints } from './cloud-process.ts';
import { fillIn, type Input } from './input.ts';
import type { Sink } from './sink.ts';
import { type Answer, now } from './wire/answer.ts';
import { Patience } from './wire/patience.ts';
import { Sender } from './wire/sender.ts';
import { createWorld } from './world.ts';

/** An answer, and at most how much of the cloud's processor time was spent on it. */
export interface Outcome {
  readonly answer: Answer;
  readonly ownMs: number;
}

export class Stage implements AsyncDisposable {
  readonly #home: string;
  readonly #sink: Sink;
  #cloud: CloudProcess | undefined;
  #sender: Sender | undefined;
  #references: ReadonlyMap<string, string> = new Map();
  rssBytes = 0;

  /** @param home folder for the cloud's certificate authority */
  constructor(home: string, sink: Sink) {
    this.#home = home;
    this.#sink = sink;
  }

  /** Has the cloud forget everything, and makes the world again; in a new process where there is none. */
  async reset(): Promise<void> {
    if (!this.#cloud || this.#cloud.end !== undefined) await this.#start();
    else await this.#cloud.reset();
    const { cloud, sender } = this.#started();
    const { url, momentoKey } = await cloud.ready;
    this.#references = await createWorld(sender, { url, momentoKey, sink: this.#sink.url });
    await cloud.report();
  }

  async #start(): Promise<void> {
    await this.#stop();
    const cloud = new CloudProcess(this.#home);
    const isBusy = () =>
      cloud.end === undefined && (cloud.silentMs > 500 || cloud.cpuBetween(now() - 500, now()) > 250);
    this.#cloud = cloud;
    this.#sender = new Sender(await cloud.ready, new Patience({ isBusy }));
  }

  #started(): { readonly cloud: CloudProcess; readonly sender: Sender } {
    if (!this.#cloud || !this.#sender) throw new Error('The stage has no cloud yet: reset it first.');
    return { cloud: this.#cloud, sender: this.#sender };
  }

  /** How the cloud's process ended; undefined while it runs. */
  get end(): string | undefined {
    return this.#started().cloud.end;
  }

  /** Sends inputs, some at a time, in their order. Answers stand in the same places. */
  async send(inputs: readonly Input[], concurrency: number): Promise<Outcome[]> {
    const { cloud, sender } = this.#started();
    const answers: Answer[] = [];
    let next = 0;
    const work = async () => {
      while (next < inputs.length && cloud.end === undefined) {
        const at = next++;
        const input = inputs[at];
        if (input) answers[at] = await sender.send(fillIn(input, this.#references));
      }
    };
    await Promise.all(Array.from({ length: concurrency }, work));
    return answers.map((answer) => ({ answer, ownMs: this.#ownTime(answer) }));
  }

  // An answer that came quickly cost no more than that; for a slow one the processor is asked, because the machine has others to serve.
  #ownTime({ from, to }: Answer): number {
    const wallMs = to - from;
    return wallMs < 50 ? wallMs : Math.min(wallMs, this.#started().cloud.cpuBetween(from, to));
  }

  /** What is held against the cloud since the last time. */
  async report(): Promise<Complaints> {
    const complaints = await this.#started().cloud.report();
    this.rssBytes = Math.max(this.rssBytes, complaints.rssBytes);
    return complaints;
  }

  async #stop(): Promise<void> {
    this.#sender?.close();
    await this.#cloud?.[Symbol.asyncDispose]();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stop();
  }
}

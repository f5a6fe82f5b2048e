// A streamed answer between who writes and who reads it, at most one piece at a time: who writes waits for who reads.
import type { Chunk } from './environment.ts';
import type { AnswerSink } from './streamed-answer.ts';

export class AnswerPipe implements AnswerSink, AsyncIterable<Uint8Array> {
  /** Resolves with the first piece, or with nothing when it ends before one came. */
  readonly begun: Promise<Chunk | undefined>;
  #begin: (chunk: Chunk | undefined) => void = () => {};
  #piece: Uint8Array | undefined;
  #isEnded = false;
  /** Nobody reads any more. */
  #isLeft = false;
  #onTaken: () => void = () => {};
  #onPiece: () => void = () => {};

  constructor() {
    this.begun = new Promise((resolve) => {
      this.#begin = resolve;
    });
  }

  async take(chunk: Chunk): Promise<void> {
    if (this.#isLeft) return;
    this.#piece = chunk.bytes;
    const taken = new Promise<void>((resolve) => {
      this.#onTaken = resolve;
    });
    this.#begin(chunk);
    this.#onPiece();
    await taken;
  }

  /** No more pieces come. */
  end(): void {
    this.#isEnded = true;
    this.#begin(undefined);
    this.#onPiece();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        const piece = this.#piece;
        this.#piece = undefined;
        if (piece) {
          yield piece;
          this.#onTaken();
        } else if (this.#isEnded) return;
        else {
          await new Promise<void>((resolve) => {
            this.#onPiece = resolve;
          });
        }
      }
    } finally {
      this.leave();
    }
  }

  /** Who reads goes away: what still comes is thrown away. */
  leave(): void {
    this.#isLeft = true;
    this.#piece = undefined;
    this.#onTaken();
  }
}

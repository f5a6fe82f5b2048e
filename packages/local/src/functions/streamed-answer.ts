// The pieces of one invocation's streamed answer: handed on as they come, or kept for a caller that wants the whole.
import type { Chunk } from './environment.ts';
import { type EnvironmentOutcome, type Outcome, RESPONSE_MAX_BYTES, STREAM_MAX_BYTES } from './outcome.ts';

/** Takes pieces as they are written. */
export interface AnswerSink {
  /** Resolves when the next piece may come; at once when nobody wants it any more. Never rejects. */
  take(chunk: Chunk): Promise<void>;
}

export class StreamedAnswer {
  readonly #sink: AnswerSink | undefined;
  readonly #limitBytes: number;
  #chunks: Uint8Array[] = [];
  #sizeBytes = 0;

  constructor(sink: AnswerSink | undefined) {
    this.#sink = sink;
    this.#limitBytes = sink ? STREAM_MAX_BYTES : RESPONSE_MAX_BYTES;
  }

  /** What is beyond the limit is only counted. */
  async take(chunk: Chunk): Promise<void> {
    this.#sizeBytes += chunk.bytes.length;
    if (this.#sizeBytes > this.#limitBytes) this.#chunks = [];
    else if (this.#sink) await this.#sink.take(chunk);
    else this.#chunks.push(chunk.bytes);
  }

  /** All that was kept. */
  get bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  /** How the invocation ended, now that all pieces are here. */
  complete(outcome: EnvironmentOutcome | Outcome): Outcome {
    if (outcome.kind !== 'streamed') return outcome;
    const { memoryBytes } = outcome;
    const [sizeBytes, limitBytes] = [this.#sizeBytes, this.#limitBytes];
    if (sizeBytes > limitBytes) return { kind: 'too large', sizeBytes, limitBytes, memoryBytes };
    return { kind: 'returned', payload: this.bytes.toString(), memoryBytes };
  }
}

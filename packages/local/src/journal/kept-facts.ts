// The facts that are kept, each with when it came to be and what it costs. What was recorded is kept as it is, and gets
// its number and time when it is read: copying it would cost as much as all the rest of keeping it. Facts come at the
// end and go at the start, one by one, a hundred thousand long: an array would have to be copied for that again and
// again.
//
//   chunks  [ ·  ·  c  d ] [ e  f  g  h ] [ i ]     head = 2, length = 7
//
// Every chunk but the last has CHUNK places. What goes is let go of at once (·), and a chunk goes when it has nothing
// left.
import type { FactBody } from '@earwitness/protocol/internal/journal/fact';
import type { SharedText } from './shared-texts.ts';

const CHUNK = 512;

interface Chunk {
  readonly facts: (FactBody | undefined)[];
  /** When the fact at the same place came to be. */
  readonly times: number[];
  /** What the fact at the same place costs, without its shared text. */
  readonly bytes: number[];
  readonly texts: (SharedText | undefined)[];
}

/** What a fact costs by itself, and its shared text. */
interface FactSize {
  readonly bytes: number;
  readonly text: SharedText | undefined;
}

export class KeptFacts {
  #chunks: Chunk[] = [];
  #head = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(fact: FactBody, at: number, { bytes, text }: FactSize): void {
    let last = this.#chunks.at(-1);
    if (!last || last.facts.length === CHUNK) {
      last = { facts: [], times: [], bytes: [], texts: [] };
      this.#chunks.push(last);
    }
    last.facts.push(fact);
    last.times.push(at);
    last.bytes.push(bytes);
    last.texts.push(text);
    this.#length++;
  }

  /** Lets go of the first fact. */
  dropFirst(): void {
    const [first] = this.#chunks;
    if (!first || this.#length === 0) return;
    first.facts[this.#head] = undefined;
    first.texts[this.#head] = undefined;
    this.#length--;
    if (++this.#head < CHUNK) return;
    this.#chunks.shift();
    this.#head = 0;
  }

  /** The fact at an index from 0; undefined beyond the end. */
  at(index: number): FactBody | undefined {
    const place = this.#head + index;
    return this.#chunks[Math.floor(place / CHUNK)]?.facts[place % CHUNK];
  }

  /** When the fact at an index came to be. */
  timeAt(index: number): number {
    const place = this.#head + index;
    return this.#chunks[Math.floor(place / CHUNK)]?.times[place % CHUNK] ?? 0;
  }

  /** What the fact at an index costs by itself. */
  bytesAt(index: number): number {
    const place = this.#head + index;
    return this.#chunks[Math.floor(place / CHUNK)]?.bytes[place % CHUNK] ?? 0;
  }

  /** The large text in the fact at an index. */
  textAt(index: number): SharedText | undefined {
    const place = this.#head + index;
    return this.#chunks[Math.floor(place / CHUNK)]?.texts[place % CHUNK];
  }

  clear(): void {
    this.#chunks = [];
    this.#head = 0;
    this.#length = 0;
  }
}

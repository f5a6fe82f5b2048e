// Where a subscription stands in a topic's numbering, to distinguish a gap from routine. A topic numbers its items by
// one within a sequence page. Momento may send a discontinuity that loses nothing (the first one of a stream only says
// where the stream starts), so a gap is what skips numbers after the last one seen.
import type { Gap } from '../hearing/transport.ts';

/** How many items are remembered to know them again, ours: what may be under way when a stream is cut and resumed. */
const REMEMBERED = 256;

/** The numbers seen so far on one topic. */
export class Position {
  #last: number | undefined;
  #page: number | undefined;
  readonly #recent = new Map<number, string>();

  /** The number to ask for when the stream is opened again; undefined before anything was seen. */
  get next(): number | undefined {
    return this.#last === undefined ? undefined : this.#last + 1;
  }

  get page(): number | undefined {
    return this.#page;
  }

  /**
   * An item came. Returns the gap before it, if there is one. A lower number than the last is a late item, not a gap.
   */
  item(sequenceNumber: number, page = this.#page): Gap | undefined {
    const last = this.#last;
    const samePage = page === this.#page;
    if (!samePage) this.#recent.clear();
    this.#page = page;
    if (last !== undefined && samePage && sequenceNumber <= last) return undefined;
    this.#last = sequenceNumber;
    if (last === undefined || !samePage || sequenceNumber === last + 1) return undefined;
    return { afterSequenceNumber: last, nextSequenceNumber: sequenceNumber, reason: 'sequence numbers were skipped' };
  }

  /**
   * Whether this very item was here before: a stream that is resumed may begin with what its predecessor gave already.
   * A topic gives a number once, so the same number with the same text is the same item; the same text with another
   * number was published twice.
   */
  isReplay(sequenceNumber: number, text: string): boolean {
    if (this.#recent.get(sequenceNumber) === text) return true;
    this.#recent.set(sequenceNumber, text);
    this.#recent.delete(sequenceNumber - REMEMBERED);
    return false;
  }

  /** The stream goes on with the item numbered `next`. Returns the gap before it, if there is one. */
  jump(next: number, page: number): Gap | undefined {
    const last = this.#last;
    const samePage = this.#page === undefined || page === this.#page;
    if (!samePage) this.#recent.clear();
    this.#last = next - 1;
    this.#page = page;
    if (last === undefined || (samePage && next <= last + 1)) return undefined;
    const reason = samePage
      ? 'the topic reported a discontinuity'
      : 'the topic was reset and counts from the start again';
    return { afterSequenceNumber: last, nextSequenceNumber: next, reason };
  }
}

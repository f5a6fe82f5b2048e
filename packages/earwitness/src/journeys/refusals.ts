// Requests that the guard turned away, so that whoever wonders about a page or a container that gets nothing sees why. A page may ask again
// and again: of each cause the first request stands in full, later ones are counted, and the count is told at 10, 100, 1,000…
import type { Fact } from '@earwitness/protocol/internal/journal/fact';
import { cut } from '@earwitness/protocol/internal/text/cut';
import { showControls } from '@earwitness/protocol/internal/text/show-controls';
import { type Line, line } from '../printing/line.ts';
import type { Paint } from '../printing/paint.ts';

/** Ours: causes that are told apart. A foreign name can be made up anew for each request. */
const KNOWN_CAUSES = 100;
/** Ours: characters of a path, and of a sentence with a name in it that a stranger chose. */
const PATH_CHARS = 60;
const SENTENCE_CHARS = 400;

type Refusal = Extract<Fact, { readonly kind: 'request.refused' }>;

export class Refusals {
  readonly #paint: Paint;
  readonly #counts = new Map<string, number>();
  #others = 0;

  constructor(paint: Paint) {
    this.#paint = paint;
  }

  /** The lines that tell of one more. */
  take({ method, path, origin, host, message }: Refusal): Line[] {
    const from = origin ?? host;
    const cause = JSON.stringify([from, message]);
    const count = this.#counts.get(cause) ?? 0;
    const refused = this.#paint.red('refused');
    if (count === 0 && this.#counts.size >= KNOWN_CAUSES) {
      this.#others++;
      return isRound(this.#others)
        ? [line`  ${refused}  ${requests(this.#others)} of other origins and host names`, line``]
        : [];
    }
    this.#counts.set(cause, count + 1);
    if (count === 0)
      return [line`  ${refused}  ${method} ${short(path, PATH_CHARS)}  ${short(message, SENTENCE_CHARS)}`, line``];
    return isRound(count + 1)
      ? [line`  ${refused}  ${requests(count + 1)} by now for this: ${short(message, SENTENCE_CHARS)}`, line``]
      : [];
  }
}

function short(text: string, maxChars: number): string {
  return cut(showControls(text), maxChars);
}

function requests(count: number): string {
  return count === 1 ? '1 request' : `${count.toLocaleString('en')} requests`;
}

function isRound(count: number): boolean {
  return /^10*$/.test(String(count));
}

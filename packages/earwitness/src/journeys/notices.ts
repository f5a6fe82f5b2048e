// Bad news that is part of no journey: a request that the guard turned away, a missing permission, an entry that
// PutEvents refused, a resource that failed, a fault of the local cloud. The same may come again and again
// (`causes.ts`): of each cause the first stands in full.
import type { Fact, FactOf } from '@earwitness/protocol/internal/journal/fact';
import { type Stop, wordsOf } from '@earwitness/protocol/internal/journal/words';
import { cut } from '@earwitness/protocol/internal/text/cut';
import { showControls } from '@earwitness/protocol/internal/text/show-controls';
import { type Line, line } from '../printing/line.ts';
import type { Paint } from '../printing/paint.ts';
import { Causes } from './causes.ts';
import { type RenderOptions, wrap } from './render.ts';

/** Ours: characters of a path, and of a sentence with a name in it that a stranger chose. */
const PATH_CHARS = 60;
const SENTENCE_CHARS = 400;

export class Notices {
  readonly #paint: Paint;
  readonly #columns: number;
  readonly #causes = new Map<Stop, Causes>();

  constructor({ paint, columns }: Pick<RenderOptions, 'paint' | 'columns'>) {
    this.#paint = paint;
    this.#columns = columns;
  }

  /** The lines for one more fact; none when it is not bad news. */
  take(fact: Fact): Line[] {
    const { stop, tone } = wordsOf(fact);
    if (tone !== 'bad') return [];
    const causes = this.#causes.get(stop) ?? new Causes();
    this.#causes.set(stop, causes);
    const { cause, first, again, others } = fact.kind === 'request.refused' ? refusal(fact) : notice(fact);
    const told = causes.take(cause);
    if (!told) return [];
    const text = told.isOfOthers ? others(told.count) : told.count === 1 ? first : again(told.count);
    const indent = stop.length + 4;
    const [begin = '', ...rest] = wrap(text, Math.max(this.#columns - indent, 20));
    const under = rest.map((one) => line`${' '.repeat(indent)}${one}`);
    return [line`  ${this.#paint.red(stop)}  ${begin}`, ...under, line``];
  }
}

/** What is printed of a fact: the first time, at later counts, and for all causes that are not counted separately. */
interface Notice {
  readonly cause: string;
  readonly first: string;
  readonly again: (count: number) => string;
  readonly others: (count: number) => string;
}

function notice(fact: Fact): Notice {
  const { text } = wordsOf(fact);
  const first = short(text, SENTENCE_CHARS);
  return {
    cause: text,
    first,
    again: (count) => `${counted(count, 'time')} by now: ${first}`,
    others: (count) => `${counted(count, 'time')} for other reasons`,
  };
}

/** A foreign page may ask for many paths: they are one cause. */
function refusal(fact: FactOf<'request.refused'>): Notice {
  const path = short(fact.path, PATH_CHARS);
  const message = short(fact.message, SENTENCE_CHARS);
  return {
    cause: JSON.stringify([fact.origin ?? fact.host, fact.message]),
    first: wordsOf({ ...fact, path, message }).text,
    again: (count) => `${counted(count, 'request')} by now for this: ${message}`,
    others: (count) => `${counted(count, 'request')} of other origins and host names`,
  };
}

function short(text: string, maxChars: number): string {
  return cut(showControls(text), maxChars);
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}

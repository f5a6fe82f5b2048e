// Parts of an expression in RE2's spelling, each written twice: as it stands, and as it reads from the end of the text.
// Read from the end, a look-ahead is a look-behind, and look-behinds are what the engine knows:
//
//   a(?=b|$)c    forwards  —                           backwards  (?:c)(?<=(?:b|\A))(?:a)
//
// Groups capture nothing: no one asks where something matched.
import { tooLarge } from './refusal.ts';

export interface Piece {
  readonly forwards: string;
  readonly backwards: string;
  /** About how many instructions the engine makes of it, and no fewer. */
  readonly size: number;
  /** The product of the counts of repetitions inside one another. */
  readonly counted: number;
}

/** Ours: instructions of one expression. The largest of 252 real ones (README) has 5,410. */
export const SIZE_MAX = 10_000;

/**
 * RE2 refuses counts beyond it, and products of counts inside one another. Source: RE2's syntax page, "Implementation
 * restriction".
 */
const COUNT_MAX = 1000;

/**
 * Counted for an assertion: the engine's cost of making several grows with their square, so no more than a hundred are
 * taken.
 */
const LOOK_SIZE = 100;

/** One character or a place between characters that reads the same from both ends. */
export function atom(text: string): Piece {
  return { forwards: text, backwards: text, size: 1, counted: 1 };
}

export const START: Piece = { forwards: '\\A', backwards: '\\z', size: 1, counted: 1 };
export const END: Piece = { forwards: '\\z', backwards: '\\A', size: 1, counted: 1 };

export function sequence(pieces: readonly Piece[]): Piece {
  return checked({
    forwards: pieces.map(({ forwards }) => forwards).join(''),
    backwards: pieces
      .map(({ backwards }) => backwards)
      .reverse()
      .join(''),
    size: sum(pieces),
    counted: Math.max(1, ...pieces.map(({ counted }) => counted)),
  });
}

export function choice(options: readonly Piece[]): Piece {
  const [only] = options;
  if (only !== undefined && options.length === 1) return only;
  return checked({
    forwards: `(?:${options.map(({ forwards }) => forwards).join('|')})`,
    backwards: `(?:${options.map(({ backwards }) => backwards).join('|')})`,
    size: sum(options) + options.length,
    counted: Math.max(1, ...options.map(({ counted }) => counted)),
  });
}

/** A look-ahead can be read only from the end of the text, a look-behind only from its start. */
export function look(body: Piece, { ahead, negative }: { readonly ahead: boolean; readonly negative: boolean }): Piece {
  const opening = negative ? '(?<!' : '(?<=';
  return {
    forwards: ahead ? '' : `${opening}${body.forwards})`,
    backwards: ahead ? `${opening}${body.backwards})` : '',
    size: body.size + LOOK_SIZE,
    counted: body.counted,
  };
}

/** `least` to `most` times; `most` is Infinity where there is no end. */
export function repeat(piece: Piece, least: number, most: number): Piece {
  const copies = Number.isFinite(most) ? most : least + 1;
  // Each optional copy has a fork of its own.
  const size = Math.max(1, piece.size) * copies + (Number.isFinite(most) ? most - least : 1);
  checked({ ...piece, size });
  const write = (text: string) => repeatedText(`(?:${text})`, { least, most, perGroup: perGroup(piece) });
  return {
    forwards: write(piece.forwards),
    backwards: write(piece.backwards),
    size,
    counted: Math.min(COUNT_MAX, piece.counted * copies),
  };
}

/** How often the piece may be repeated in one go without going beyond RE2's product of counts. */
function perGroup({ counted }: Piece): number {
  return Math.floor(COUNT_MAX / counted);
}

function repeatedText(
  text: string,
  { least, most, perGroup }: { readonly least: number; readonly most: number; readonly perGroup: number },
): string {
  if (least === 0 && most === 1) return `${text}?`;
  if (least <= 1 && most === Infinity) return text + (least === 0 ? '*' : '+');
  const required = parts(least, perGroup).map((count) => `${text}{${count}}`);
  if (most === Infinity) return `${required.join('')}${text}*`;
  const optional = parts(most - least, perGroup).map((count) => `${text}{0,${count}}`);
  return `(?:${[...required, ...optional].join('')})`;
}

/** 2,300 in parts of 1,000: 1,000, 1,000, 300. */
function parts(count: number, most: number): number[] {
  const whole = new Array<number>(Math.floor(count / most)).fill(most);
  return count % most === 0 ? whole : [...whole, count % most];
}

function sum(pieces: readonly Piece[]): number {
  return pieces.reduce((total, { size }) => total + size, 0);
}

function checked(piece: Piece): Piece {
  if (piece.size > SIZE_MAX) throw tooLarge(`more than ${SIZE_MAX} instructions`);
  return piece;
}

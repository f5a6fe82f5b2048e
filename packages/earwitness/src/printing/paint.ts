// Colour, only where a person looks at it: a terminal, or where FORCE_COLOR asks for it. NO_COLOR
// (https://no-color.org) always wins, and without colour a page says exactly the same.
import { Line, type Piece } from './line.ts';

/** Puts a style around a piece of a line, or leaves it alone. */
export interface Paint {
  red(piece: Piece): Line;
  green(piece: Piece): Line;
  yellow(piece: Piece): Line;
  cyan(piece: Piece): Line;
  dim(piece: Piece): Line;
  bold(piece: Piece): Line;
}

const style = (open: number, close: number) => (piece: Piece) =>
  Line.of([`\u001b[${open}m`, `\u001b[${close}m`], [piece]);

const COLOURED: Paint = {
  red: style(31, 39),
  green: style(32, 39),
  yellow: style(33, 39),
  cyan: style(36, 39),
  dim: style(2, 22),
  bold: style(1, 22),
};

const plain = (piece: Piece) => Line.of(['', ''], [piece]);
const PLAIN: Paint = { red: plain, green: plain, yellow: plain, cyan: plain, dim: plain, bold: plain };

/**
 * Paint for the environment the test runs in. Vitest's workers have no terminal; FORCE_TTY tells them that the reader
 * has one.
 */
export function choosePaint(environment: NodeJS.ProcessEnv = process.env, isTerminal = process.stdout.isTTY): Paint {
  const { NO_COLOR, FORCE_COLOR, FORCE_TTY, TERM } = environment as Record<string, string | undefined>;
  const asked = FORCE_COLOR ? FORCE_COLOR !== '0' : FORCE_TTY ? true : undefined;
  const coloured = !NO_COLOR && (asked ?? (isTerminal && TERM !== 'dumb'));
  return coloured ? COLOURED : PLAIN;
}

/** The text as `plain` paint would have left it. */
export function withoutPaint(text: string): string {
  return text.replaceAll(new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g'), '');
}

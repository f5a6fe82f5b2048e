// A line for a person to read, on a page or in a terminal. What the template says is ours; every value put into it
// shows its controls, line breaks too. Only `line` and paint make one, so a list of lines holds nothing that a terminal
// would obey or a reader would not see.
import { showControls } from '@earwitness/protocol/internal/text/show-controls';

/** What can be put into a line: any text, or another line. */
export type Piece = string | number | Line;

/** A line that may be printed as it is: `String(line)`. */
export class Line {
  readonly #text: string;

  private constructor(text: string) {
    this.#text = text;
  }

  /** The pieces with our own text around them, which has one part more than there are pieces. */
  static of(ours: readonly string[], pieces: readonly Piece[]): Line {
    const shown = pieces.map((piece) => (piece instanceof Line ? piece.#text : showControls(String(piece))));
    return new Line(String.raw({ raw: ours }, ...shown));
  }

  toString(): string {
    return this.#text;
  }
}

/**
 * Makes a line.
 * @example
 * line`${paint.green('✓')} ${event.source}`
 */
export function line(ours: TemplateStringsArray, ...pieces: readonly Piece[]): Line {
  return Line.of(ours, pieces);
}

/** Lines under another one; an empty line stays empty. */
export function indent(lines: readonly Line[], by = '  '): Line[] {
  return lines.map((one) => (String(one) === '' ? one : line`${by}${one}`));
}

/** A text that has lines of its own, such as a compiler's message. */
export function linesOf(text: string): Line[] {
  return text.split(/\r?\n/).map((one) => line`${one}`);
}

/** A headline and the sections under it, each after an empty line; a section without lines is left out. */
export function joinSections(headline: Line, sections: readonly (readonly Line[])[]): Line[] {
  return [headline, ...sections.flatMap((lines) => (lines.length === 0 ? [] : [line``, ...indent(lines)]))];
}

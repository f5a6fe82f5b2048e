// Where the reader of an expression stands, and the flags that hold there.

export interface Reading {
  readonly text: string;
  at: number;
  /** Flag `i`. */
  ignoreCase: boolean;
  /** Flag `s`. */
  dotAll: boolean;
  /** Groups around it. */
  depth: number;
  /** Directions of the assertions met so far. */
  readonly looks: Set<'ahead' | 'behind'>;
}

/** The character at the reader's place, which it passes; '' at the end. */
export function next(reading: Reading): string {
  const codePoint = reading.text.codePointAt(reading.at);
  if (codePoint === undefined) return '';
  const sign = String.fromCodePoint(codePoint);
  reading.at += sign.length;
  return sign;
}

/** Whether `sign` stands there; passes it if so. */
export function skip(reading: Reading, sign: string): boolean {
  if (!reading.text.startsWith(sign, reading.at)) return false;
  reading.at += sign.length;
  return true;
}

/** What a sticky expression finds there; passes it if it finds something. */
export function take(reading: Reading, sticky: RegExp): RegExpExecArray | undefined {
  sticky.lastIndex = reading.at;
  const found = sticky.exec(reading.text) ?? undefined;
  if (found) reading.at += found[0].length;
  return found;
}

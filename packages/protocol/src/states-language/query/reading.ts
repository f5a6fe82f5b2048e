// Where a reader of paths and calls stands in its text.

/** What does not parse. The definition check says it in the service's words, with the field's place. */
export class SyntaxFault extends Error {
  override name = 'SyntaxFault';
}

export interface Reading {
  readonly text: string;
  at: number;
  /** Calls around the place. */
  calls: number;
  /** Filters around the place. */
  filters: number;
}

export function startReading(text: string): Reading {
  return { text, at: 0, calls: 0, filters: 0 };
}

export function isAtEnd(reading: Reading): boolean {
  return reading.at >= reading.text.length;
}

/** Whether `sign` stands there; passes it if so. */
export function skip(reading: Reading, sign: string): boolean {
  if (!reading.text.startsWith(sign, reading.at)) return false;
  reading.at += sign.length;
  return true;
}

/** @throws SyntaxFault */
export function expect(reading: Reading, sign: string): void {
  if (!skip(reading, sign)) throw faultAt(reading, `${sign} is expected`);
}

export function skipBlanks(reading: Reading): void {
  take(reading, /\s*/y);
}

/** What a sticky expression finds there; passes it if it finds something. */
export function take(reading: Reading, sticky: RegExp): string | undefined {
  sticky.lastIndex = reading.at;
  const found = sticky.exec(reading.text)?.[0];
  if (found !== undefined) reading.at += found.length;
  return found;
}

export function faultAt(reading: Reading, what: string): SyntaxFault {
  const rest = reading.text.slice(reading.at, reading.at + 20);
  return new SyntaxFault(rest === '' ? `${what} at the end` : `${what} at character ${reading.at + 1}, before ${rest}`);
}

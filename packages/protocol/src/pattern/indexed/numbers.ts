// Numbers of an event, read from bytes when a rule asks. Most comparisons are decided by a value that is right to some
// 15 digits, which costs a fifth of Number(text); only when that lies next to a number in a pattern is the text itself
// read, once.
import { comparableNumber } from '../language/number.ts';
import type { Noted, Scanner } from './scanner.ts';
import { readShortest } from './shortest.ts';

/** How sure a noted number is. UNREAD must be 0. */
const UNREAD = 0;
const NEARLY = 1;
const EXACTLY = 2;

/** More than any approximation is wrong by, relative to the value. */
const UNSURE = 1e-14;

/** True when the number that is approximately this might be the value. */
export function isNear(approximation: number, value: number): boolean {
  return Math.abs(approximation - value) <= Math.abs(value) * UNSURE;
}

/** A number leaf's value to some 15 digits. */
export function approximate(scanner: Scanner<Noted>, leaf: number): number {
  if (scanner.certainties[leaf] === UNREAD) read(scanner, leaf);
  return scanner.numbers[leaf] ?? 0;
}

/** The double that a number leaf is compared as; NaN, which equals and exceeds nothing, when no double holds it. */
export function exactly(scanner: Scanner<Noted>, leaf: number): number {
  if (scanner.certainties[leaf] === UNREAD) read(scanner, leaf);
  if (scanner.certainties[leaf] === NEARLY) {
    const { bytes, starts, ends } = scanner;
    const value = readShortest(bytes, starts[leaf] ?? 0, ends[leaf] ?? 0) ?? comparableNumber(scanner.text(leaf));
    keep(scanner, leaf, value ?? Number.NaN, EXACTLY);
  }
  return scanner.numbers[leaf] ?? 0;
}

function keep(scanner: Scanner<Noted>, leaf: number, value: number, certainty: number): void {
  scanner.numbers[leaf] = value;
  scanner.certainties[leaf] = certainty;
}

const TENS = Array.from({ length: 23 }, (_, exponent) => 10 ** exponent);
/** A mantissa up to here, times or through a power of ten up to 10^22, is the right double, and its digits survive. */
const SURE = 1e15;
/** Digits behind a mantissa of this size change nothing that an approximation needs. */
const FULL = 1e17;

function read(scanner: Scanner<Noted>, leaf: number): void {
  const { bytes } = scanner;
  const end = scanner.ends[leaf] ?? 0;
  let at = scanner.starts[leaf] ?? 0;
  const negative = bytes[at] === 0x2d;
  if (negative) at++;
  let mantissa = 0;
  let exponent = 0;
  let behindPoint = 0;
  for (; at < end; at++) {
    const byte = bytes[at] ?? 0;
    const digit = byte ^ 0x30;
    if (digit < 10) {
      if (mantissa < FULL) {
        mantissa = mantissa * 10 + digit;
        exponent -= behindPoint;
      } else {
        exponent += 1 - behindPoint;
      }
    } else if (byte === 0x2e) {
      behindPoint = 1;
    } else {
      break;
    }
  }
  if (at < end || exponent < -22 || exponent > 22) {
    keep(scanner, leaf, comparableNumber(scanner.text(leaf)) ?? Number.NaN, EXACTLY);
    return;
  }
  const value = exponent < 0 ? mantissa / (TENS[-exponent] ?? 1) : mantissa * (TENS[exponent] ?? 1);
  keep(scanner, leaf, negative && value !== 0 ? -value : value, mantissa < SURE ? EXACTLY : NEARLY);
}

// Numbers of an event, read from bytes. Most comparisons are decided by a value that is right to some 15 digits and costs a fifth
// of Number(text); only when that lies next to the number in the pattern is the text itself looked at.
import type { Noted, Scanner } from './scanner.ts';

/** More than any approximation is wrong by, relative to the value. */
const UNSURE = 1e-14;

/** True when the two might be the same number. */
export function isNear(approximation: number, value: number): boolean {
  return Math.abs(approximation - value) <= Math.abs(value) * UNSURE;
}

/** A number leaf's value to some 15 digits. */
export function approximate(scanner: Scanner<Noted>, leaf: number): number {
  const known = scanner.approximations[leaf] ?? Number.NaN;
  if (!Number.isNaN(known)) return known;
  const value = readApproximately(scanner, leaf);
  scanner.approximations[leaf] = value;
  return value;
}

const TENS = Array.from({ length: 23 }, (_, exponent) => 10 ** exponent);
/** Digits behind this value of the mantissa change nothing that matters. */
const FULL = 1e17;

function readApproximately(scanner: Scanner<Noted>, leaf: number): number {
  const { bytes } = scanner;
  const end = scanner.ends[leaf] ?? 0;
  let at = scanner.starts[leaf] ?? 0;
  const negative = bytes[at] === 0x2d;
  if (negative) at++;
  let mantissa = 0;
  let exponent = 0;
  let fraction = 0;
  for (; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === 0x2e) {
      fraction = 1;
    } else if (byte <= 0x39) {
      if (mantissa < FULL) {
        mantissa = mantissa * 10 + (byte - 0x30);
        exponent -= fraction;
      } else {
        exponent += 1 - fraction;
      }
    } else {
      return Number(scanner.text(leaf));
    }
  }
  if (exponent < -22 || exponent > 22) return Number(scanner.text(leaf));
  const value = exponent < 0 ? mantissa / (TENS[-exponent] ?? 1) : mantissa * (TENS[exponent] ?? 1);
  return negative ? -value : value;
}

// Numbers of 16 or 17 digits, as JSON.stringify writes most doubles: which double is meant, and do its digits survive,
// without making a string of it (String(number) alone costs more than the walk over an event). Arithmetic in pairs of
// doubles, exact to some 30 digits (Dekker); where that is not enough, undefined, and the caller asks the slow way.
//
// A decimal is the shortest text of its double when it is the nearest of its length and no shorter decimal lies as near
// as half a unit in the double's last place (ECMA-262, Number::toString).

const SPLIT = 2 ** 27 + 1;
const TENS = Array.from({ length: 23 }, (_, exponent) => 10 ** exponent);
const double = new Float64Array(1);
const halves = new Uint32Array(double.buffer);

/**
 * The double of a decimal without exponent in these bytes; NaN when its digits do not survive, undefined when unsure.
 * Sure only for 16 or 17 significant digits of which the last is not zero.
 */
export function readShortest(bytes: Uint8Array, start: number, end: number): number | undefined {
  const negative = bytes[start] === 0x2d;
  let [high, low, lowDigits, digits, decimals, behindPoint] = [0, 0, 0, 0, 0, 0];
  for (let at = negative ? start + 1 : start; at < end; at++) {
    const digit = (bytes[at] ?? 0) ^ 0x30;
    if (digit > 9) {
      if (bytes[at] !== 0x2e) return undefined;
      behindPoint = 1;
      continue;
    }
    decimals += behindPoint;
    if (digit !== 0 || digits > 0) digits++;
    if (digits <= 9) high = high * 10 + digit;
    else {
      low = low * 10 + digit;
      lowDigits++;
    }
  }
  if (digits < 16 || digits > 17 || decimals === 0 || decimals > 22 || low % 10 === 0) return undefined;
  const value = nearest(high, low, TENS[lowDigits] ?? 1, TENS[decimals] ?? 1);
  return value !== undefined && negative ? -value : value;
}

/** The double nearest to (high × shift + low) / scale, with the same results as readShortest. */
function nearest(high: number, low: number, shift: number, scale: number): number | undefined {
  const product = high * shift;
  const whole = product + low;
  const rest = low - (whole - product) + errorOf(high, shift, product);
  let value = whole / scale;
  let off = remainder(whole, rest, value, scale);
  const corrected = value + off / scale;
  if (corrected !== value) {
    value = corrected;
    off = remainder(whole, rest, value, scale);
  }
  // From here on in units of the last decimal: how far the decimal is off, and half a unit of the double's last place.
  const half = (lastPlace(value) / 2) * scale;
  if (Number.isNaN(half)) return undefined;
  const unsure = half * 1e-9 + 1e-9;
  const lastDigit = low % 10;
  const shorter = Math.min(Math.abs(off - lastDigit), Math.abs(off + 10 - lastDigit));
  if (Math.abs(off) > half - unsure || Math.abs(Math.abs(off) - 0.5) < unsure || Math.abs(shorter - half) < unsure) {
    return undefined;
  }
  return Math.abs(off) > 0.5 || shorter < half ? Number.NaN : value;
}

/** (whole + rest) − value × scale. */
function remainder(whole: number, rest: number, value: number, scale: number): number {
  const product = value * scale;
  return whole - product - errorOf(value, scale, product) + rest;
}

/** What the rounded product of two doubles is short of the true one. */
function errorOf(a: number, b: number, product: number): number {
  const aHigh = a * SPLIT - (a * SPLIT - a);
  const bHigh = b * SPLIT - (b * SPLIT - b);
  const [aLow, bLow] = [a - aHigh, b - bHigh];
  return aHigh * bHigh - product + aHigh * bLow + aLow * bHigh + aLow * bLow;
}

/** The distance to the next double; NaN for powers of two, whose neighbours are not equally far. */
function lastPlace(value: number): number {
  double[0] = value;
  const [low = 0, high = 0] = halves;
  const exponent = high >>> 20;
  if ((low === 0 && (high & 0xfffff) === 0) || exponent <= 52) return Number.NaN;
  halves[0] = 0;
  halves[1] = (exponent - 52) << 20;
  return double[0];
}

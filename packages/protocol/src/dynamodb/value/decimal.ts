// Numbers as DynamoDB has them: 38 significant digits, magnitude 1E-130 to 9.9…E+125. A decimal is digits and the power
// of ten of the first of them, so that nothing is ever rounded; a double would lose what a table keeps.
//
//   -12.5   { isNegative: true,  digits: '125', magnitude: 1 }
//    0.05   { isNegative: false, digits: '5', magnitude: -2 }
import { ServiceError } from '../../aws/errors.ts';

/** Digits have no zero at either end; zero has no digits, magnitude 0, and is not negative. */
export interface Decimal {
  readonly isNegative: boolean;
  readonly digits: string;
  readonly magnitude: number;
}

/** AWS reads numbers in one of two ways, operation by operation; the newer one is where all are going. */
export type Layer = 'new' | 'old';

/** Source: DynamoDB developer guide, "Data types": numbers. */
const MAX_DIGITS = 38;
const MAX_MAGNITUDE = 125;
const MIN_MAGNITUDE = -130;

const MAX_INT = 2_147_483_647n;
const MAX_LONG = 9_223_372_036_854_775_807n;

// No two parts can match the same characters, so a long text that fails does so at once.
const NUMBER = /^([+-]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))(?:[eE]([+-]?\d+))?$/;
const ZERO: Decimal = { isNegative: false, digits: '', magnitude: 0 };

/** @throws ValidationException when the text is no number that a table can hold. */
export function parseDecimal(text: string, layer: Layer = 'new'): Decimal {
  const match = NUMBER.exec(text);
  if (!match) throw notANumber(text, layer);
  const [, sign, whole = '', fraction = '', bare = '', exponentText = '0'] = match;
  const exponent = exponentOf(exponentText, text, layer);
  const all = whole + fraction + bare;
  const leading = /^0*/.exec(all)?.[0].length ?? 0;
  if (leading === all.length) {
    checkMagnitude(exponent);
    return ZERO;
  }
  const digits = all.slice(leading, lastDigit(all));
  const magnitude = exponent + whole.length - leading - 1;
  checkMagnitude(magnitude);
  if (digits.length > MAX_DIGITS) throw invalid('Attempting to store more than 38 significant digits in a Number');
  return { isNegative: sign === '-', digits, magnitude };
}

/** The plain text of a decimal: no exponent, no zero that says nothing. */
export function formatDecimal({ isNegative, digits, magnitude }: Decimal): string {
  if (digits === '') return '0';
  const sign = isNegative ? '-' : '';
  if (magnitude < 0) return `${sign}0.${'0'.repeat(-magnitude - 1)}${digits}`;
  const whole = digits.slice(0, magnitude + 1).padEnd(magnitude + 1, '0');
  const fraction = digits.slice(magnitude + 1);
  return `${sign}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

/** Less than 0, 0 or more than 0, as `left` is less than, equal to or more than `right`. */
export function compareDecimals(left: Decimal, right: Decimal): number {
  if (left.digits === '' || right.digits === '') return signOf(left) - signOf(right);
  if (left.isNegative !== right.isNegative) return left.isNegative ? -1 : 1;
  return left.isNegative ? compareSizes(right, left) : compareSizes(left, right);
}

/** @throws ValidationException when the sum cannot be held exactly. */
export function addDecimals(left: Decimal, right: Decimal): Decimal {
  if (left.digits === '') return right;
  if (right.digits === '') return left;
  // Both as whole numbers of the smallest place that either has.
  const place = Math.min(lastPlace(left), lastPlace(right));
  const width = Math.max(left.magnitude, right.magnitude) - place + 1;
  const [a, b] = [alignDigits(left, place, width), alignDigits(right, place, width)];
  if (left.isNegative === right.isNegative) return decimalOf(left.isNegative, addDigits(a, b), place);
  return a >= b
    ? decimalOf(left.isNegative, subtractDigits(a, b), place)
    : decimalOf(right.isNegative, subtractDigits(b, a), place);
}

/** @throws ValidationException when the difference cannot be held exactly. */
export function subtractDecimals(left: Decimal, right: Decimal): Decimal {
  return addDecimals(left, right.digits === '' ? right : { ...right, isNegative: !right.isNegative });
}

/**
 * The exponent as written. The newer layer reads up to 64 bits before it looks at the range; the older one up to 32,
 * and the largest of those turns into an underflow. Source: paritysuite/dynamodb-conformance, captured on AWS.
 */
function exponentOf(exponentText: string, text: string, layer: Layer): number {
  if (exponentText.length < 8) return Number(exponentText);
  const exponent = BigInt(exponentText.replace('+', ''));
  const size = exponent < 0n ? -exponent : exponent;
  if (size > (layer === 'new' ? MAX_LONG : MAX_INT)) throw notANumber(text, layer);
  if (layer === 'old' && exponent === MAX_INT) throw underflow();
  throw exponent < 0n ? underflow() : overflow();
}

function checkMagnitude(magnitude: number): void {
  if (magnitude > MAX_MAGNITUDE) throw overflow();
  if (magnitude < MIN_MAGNITUDE) throw underflow();
}

/** Where the digits end: zeros behind the last one that counts are left out. */
function lastDigit(digits: string): number {
  let end = digits.length;
  while (digits[end - 1] === '0') end -= 1;
  return end;
}

function lastPlace({ digits, magnitude }: Decimal): number {
  return magnitude - digits.length + 1;
}

function signOf({ digits, isNegative }: Decimal): number {
  if (digits === '') return 0;
  return isNegative ? -1 : 1;
}

function compareSizes(left: Decimal, right: Decimal): number {
  if (left.magnitude !== right.magnitude) return left.magnitude - right.magnitude;
  if (left.digits === right.digits) return 0;
  return left.digits < right.digits ? -1 : 1;
}

function alignDigits(decimal: Decimal, place: number, width: number): string {
  const atPlace = decimal.digits + '0'.repeat(lastPlace(decimal) - place);
  return atPlace.padStart(width, '0');
}

/** Both of one length, as on paper, from the right. */
function addDigits(a: string, b: string): string {
  let carry = 0;
  let sum = '';
  for (let index = a.length - 1; index >= 0; index -= 1) {
    const digit = Number(a[index]) + Number(b[index]) + carry;
    carry = digit > 9 ? 1 : 0;
    sum = String(digit % 10) + sum;
  }
  return carry === 1 ? `1${sum}` : sum;
}

/** Both of one length, `a` not less than `b`. */
function subtractDigits(a: string, b: string): string {
  let borrow = 0;
  let difference = '';
  for (let index = a.length - 1; index >= 0; index -= 1) {
    const digit = Number(a[index]) - Number(b[index]) - borrow;
    borrow = digit < 0 ? 1 : 0;
    difference = String((digit + 10) % 10) + difference;
  }
  return difference;
}

/**
 * The decimal of digits that end at a place. A result of more than 38 digits is refused as an overflow. Source:
 * ScyllaDB, test/alternator/test_number.py, which also passes on AWS.
 */
function decimalOf(isNegative: boolean, all: string, place: number): Decimal {
  const digits = all.slice(/^0*/.exec(all)?.[0].length ?? 0, lastDigit(all));
  if (digits === '') return ZERO;
  const leading = all.length - all.replace(/^0+/, '').length;
  const magnitude = place + all.length - leading - 1;
  if (digits.length > MAX_DIGITS) throw overflow();
  checkMagnitude(magnitude);
  return { isNegative, digits, magnitude };
}

function notANumber(text: string, layer: Layer): ServiceError {
  const shown = text === '' && layer === 'old' ? '' : `: ${text}`;
  return invalid(`The parameter cannot be converted to a numeric value${shown}`);
}

function overflow(): ServiceError {
  return invalid('Number overflow. Attempting to store a number with magnitude larger than supported range');
}

function underflow(): ServiceError {
  return invalid('Number underflow. Attempting to store a number with magnitude smaller than supported range');
}

function invalid(message: string): ServiceError {
  return new ServiceError('ValidationException', message);
}

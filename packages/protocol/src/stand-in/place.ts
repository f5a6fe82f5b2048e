// Where a stand-in is made, and what chance and the clock give it: both come from outside, so that a test can fix them.

export interface StandInPlace {
  /** `aws`, `aws-cn`, `aws-us-gov`. */
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  readonly stackName: string;
  readonly logicalId: string;
  /** `<stack>-<logicalId>-<12 upper-case characters>`, cut to `maxLength`, as CloudFormation makes names. */
  generateName(options?: { readonly maxLength?: number }): string;
  /** Random text of `length` characters of `alphabet`. */
  random(alphabet: string, length: number): string;
  /** Epoch milliseconds. */
  readonly now: number;
}

const DIGITS = '0123456789';
const LOWER = 'abcdefghijklmnopqrstuvwxyz';

const ALPHABETS: Readonly<Record<string, string>> = {
  digits: DIGITS,
  hex: `${DIGITS}abcdef`,
  lower: `${LOWER}${DIGITS}`,
  upper: `${LOWER.toUpperCase()}${DIGITS}`,
  word: `${LOWER.toUpperCase()}${LOWER}${DIGITS}`,
};

/** Random text of a named alphabet: `digits`, `hex`, `lower`, `upper` (both with digits) or `word` (all of them). */
export function randomText(place: StandInPlace, alphabet: string, length: number): string | undefined {
  const signs = ALPHABETS[alphabet];
  return signs === undefined ? undefined : place.random(signs, length);
}

/** A UUID of version 4. */
export function randomUuid(place: StandInPlace): string {
  const hex = (length: number) => randomText(place, 'hex', length);
  return `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(12)}`;
}

/** `amazonaws.com`, in China `amazonaws.com.cn`. */
export function dnsSuffix({ partition }: StandInPlace): string {
  return partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
}

/** As ElastiCache's host names shorten a region: `use1`, `apne1`. */
export function shortRegion({ region }: StandInPlace): string {
  return region.replace(/(north|south|east|west|central)/g, ([letter = '']) => letter).replaceAll('-', '');
}

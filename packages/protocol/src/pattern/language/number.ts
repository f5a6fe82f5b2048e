// Which numbers can be compared. The cloud compares as doubles, but only numbers that a double gives back digit for
// digit: 300, 300.0 and 3.0e2 are one number, 9007199254740993 and 1e400 are none and are compared as text.

/** The double that a JSON number means, or undefined when it would lose a digit. `text` is a valid JSON number. */
export function comparableNumber(text: string): number | undefined {
  const value = Number(text);
  if (!Number.isFinite(value)) return undefined;
  // Most numbers are written as JavaScript would write them.
  if (String(value) === text) return value;
  if (decimal(text) !== decimal(String(value))) return undefined;
  return value === 0 ? 0 : value;
}

/** One spelling for all spellings of a decimal: sign, significant digits, exponent of the first digit. */
function decimal(text: string): string {
  const [, sign, whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const digits = whole + fraction;
  const first = digits.search(/[1-9]/);
  if (first === -1) return '0';
  return `${sign}${digits.slice(first).replace(/(?<!0)0+$/, '')}e${Number(exponent) + whole.length - first}`;
}

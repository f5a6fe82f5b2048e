// Single signs of JSON text, named and classed as Java does.

/** What stands for what behind a backslash. */
export const ESCAPES: Readonly<Record<string, string | undefined>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

export function describeSign(sign: number): string {
  if (sign < 0x20) return `(CTRL-CHAR, code ${sign})`;
  const hex = sign > 255 ? ` / 0x${sign.toString(16)}` : '';
  return `'${String.fromCharCode(sign)}' (code ${sign}${hex})`;
}

export function isDigit(sign: number): boolean {
  return sign >= 0x30 && sign <= 0x39;
}

export function skipDigits(source: string, from: number): number {
  let at = from;
  while (isDigit(source.charCodeAt(at))) at++;
  return at;
}

/** Java's Character.isJavaIdentifierStart, one UTF-16 unit at a time. */
export function isWordStart(sign: string | undefined): boolean {
  return sign !== undefined && /[\p{L}\p{Nl}\p{Sc}\p{Pc}]/u.test(sign);
}

/** Java's Character.isJavaIdentifierPart: control characters count, but for white space and separators. */
export function isWordPart(sign: string | undefined): boolean {
  if (sign === undefined || (sign >= '\t' && sign <= '\r') || (sign >= '\u001c' && sign <= '\u001f')) return false;
  return /[\p{L}\p{Nl}\p{Sc}\p{Pc}\p{Nd}\p{Mn}\p{Mc}\p{Cf}\p{Cc}]/u.test(sign);
}

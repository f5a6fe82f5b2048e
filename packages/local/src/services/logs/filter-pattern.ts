// Filter patterns of FilterLogEvents: terms. All plain terms must occur, none of those with a minus, and one of those
// with a question mark; quotes hold a term together. Patterns over JSON (`{ $.level = … }`), columns (`[ip, …]`) and
// regular expressions (`%…%`) are refused by name.
import { invalidParameter } from './log-store.ts';

/** Whether a message passes the pattern. */
export type MessageFilter = (message: string) => boolean;

/** @throws InvalidParameterException for patterns that are not evaluated here. */
export function parseFilterPattern(pattern: string): MessageFilter {
  const text = pattern.trim();
  if (/^[{[%]/.test(text)) {
    throw invalidParameter(
      `Earwitness does not evaluate JSON, column and regular expression filter patterns: ${pattern}`,
    );
  }
  const all: string[] = [];
  const any: string[] = [];
  const none: string[] = [];
  for (const [, sign, quoted, plain] of text.matchAll(/([-?]?)(?:"((?:[^"\\]|\\.)*)"|(\S+))/g)) {
    const term = quoted === undefined ? (plain ?? '') : quoted.replace(/\\(.)/g, '$1');
    const list = sign === '-' ? none : sign === '?' ? any : all;
    list.push(term);
  }
  return (message) =>
    all.every((term) => message.includes(term)) &&
    !none.some((term) => message.includes(term)) &&
    (any.length === 0 || any.some((term) => message.includes(term)));
}

// Where a text stops being JSON, and what the parser of the service says of that. One pass, no recursion: a hostile
// text costs no more than its length.
// Source of the sentences: jackson-core 2.15, ReaderBasedJsonParser and ParserMinimalBase; two of them recorded on AWS
// (LocalStack, tests/aws/services/stepfunctions/v2, test_sfn_api).

export interface JsonFault {
  readonly message: string;
  /** From 0: of the first sign that no JSON has there. */
  readonly at: number;
}

const TOKENS = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
/** Signs of a token that are told. Source: Jackson 2.15, ErrorReportConfiguration. */
const MAX_TOKEN = 256;

/** What comes next: a value, the name of a member, what separates them, or nothing more. */
type Next = 'value' | 'first item' | 'first name' | 'name' | 'colon' | 'comma' | 'nothing';

/** The first fault of a text; `undefined` when there is none. */
export function findJsonFault(text: string): JsonFault | undefined {
  const open: ('{' | '[')[] = [];
  let next: Next = 'value';
  let at = 0;
  const fault = (message: string, place = at): JsonFault => ({ message, at: place });
  for (;;) {
    at = skipSpace(text, at);
    const sign = text[at];
    if (sign === undefined) return next === 'nothing' ? undefined : fault(endOfInput(open.at(-1)));
    const isName: boolean = next === 'name' || next === 'first name';
    if (next === 'nothing') return fault(`${unexpected(sign)}: nothing may follow the value`);
    if (next === 'colon') {
      if (sign !== ':') return fault(`${unexpected(sign)}: was expecting a colon to separate field name and value`);
      next = 'value';
      at++;
    } else if ((next === 'comma' || next === 'first name') && sign === '}' && open.at(-1) === '{') {
      next = closed(open);
      at++;
    } else if ((next === 'comma' || next === 'first item') && sign === ']' && open.at(-1) === '[') {
      next = closed(open);
      at++;
    } else if (next === 'comma') {
      const kind = open.at(-1) === '{' ? 'Object' : 'Array';
      if (sign !== ',') return fault(`${unexpected(sign)}: was expecting comma to separate ${kind} entries`);
      next = open.at(-1) === '{' ? 'name' : 'value';
      at++;
    } else if (sign === '"') {
      const string = readString(text, at);
      if ('message' in string) return string;
      at = string.end;
      next = isName ? 'colon' : afterValue(open);
    } else if (isName) {
      return fault(`${unexpected(sign)}: was expecting double-quote to start field name`);
    } else if (sign === '{' || sign === '[') {
      open.push(sign);
      next = sign === '{' ? 'first name' : 'first item';
      at++;
    } else {
      const word = /[\w$.+-]+/uy;
      word.lastIndex = at;
      const [token = ''] = word.exec(text) ?? [];
      if (token === '') return fault(`${unexpected(sign)}: expected a valid value ${TOKENS}`);
      if (!isScalar(token)) return fault(`Unrecognized token '${cut(token)}': was expecting ${TOKENS}`);
      at += token.length;
      next = afterValue(open);
    }
  }
}

/** Line and column of a sign, from 1. */
export function placeIn(text: string, at: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, at).split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (text[at] === ' ' || text[at] === '\n' || text[at] === '\r' || text[at] === '\t') at++;
  return at;
}

function afterValue(open: readonly string[]): Next {
  return open.length === 0 ? 'nothing' : 'comma';
}

function closed(open: string[]): Next {
  open.pop();
  return afterValue(open);
}

function isScalar(token: string): boolean {
  return /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/.test(token);
}

function readString(text: string, start: number): { readonly end: number } | JsonFault {
  let at = start + 1;
  for (;;) {
    const sign = text[at];
    if (sign === undefined) {
      return { message: 'Unexpected end-of-input: was expecting closing quote for a string value', at: start };
    }
    if (sign === '"') return { end: at + 1 };
    if (sign < ' ') {
      const name = `(CTRL-CHAR, code ${sign.charCodeAt(0)})`;
      const rest = 'has to be escaped using backslash to be included in string value';
      return { message: `Illegal unquoted character (${name}): ${rest}`, at };
    }
    if (sign !== '\\') {
      at++;
      continue;
    }
    const escaped = text[at + 1] ?? '';
    if (escaped === 'u' && /^[\da-fA-F]{4}$/.test(text.slice(at + 2, at + 6))) at += 6;
    else if (escaped !== '' && '"\\/bfnrt'.includes(escaped)) at += 2;
    else return { message: `Unrecognized character escape ${named(escaped)}`, at };
  }
}

function endOfInput(around: '{' | '[' | undefined): string {
  if (around === undefined) return 'Unexpected end-of-input';
  return `Unexpected end-of-input: expected close marker for ${around === '{' ? 'Object' : 'Array'}`;
}

function unexpected(sign: string): string {
  return `Unexpected character (${named(sign)})`;
}

function named(sign: string): string {
  return `'${sign}' (code ${sign.charCodeAt(0)})`;
}

function cut(token: string): string {
  return token.length > MAX_TOKEN ? `${token.slice(0, MAX_TOKEN)}...` : token;
}

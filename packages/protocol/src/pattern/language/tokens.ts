// Reads a pattern's JSON token by token, as the cloud's parser (Jackson) does: in the same order, so that of two
// mistakes the same one is named, and in the same words. A string's characters are read only when they are asked for or
// passed; the value behind a field name is looked at together with the name. Sentences, lines and columns were compared
// with Jackson 2.17. Long because the order of reading is one thing, and its mistakes are named where they are
// found.
import { describePlace, InvalidEventPatternError } from './refusal.ts';
import { describeSign, ESCAPES, isDigit, isWordPart, isWordStart, skipDigits } from './signs.ts';

/** What stands at the reader's place. `end` is the end of the text. */
export type Token = '{' | '}' | '[' | ']' | 'name' | 'string' | 'number' | 'true' | 'false' | 'null' | 'end';

/** Levels of nesting that are read: Jackson's StreamReadConstraints. */
const MAX_DEPTH = 1000;

const TOKENS = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
const END = 'Unexpected end-of-input';
const COMMENT =
  ": maybe a (non-standard) comment? (not recognized as one since Feature 'ALLOW_COMMENTS' not enabled for parser)";
const ONLY_SPACE = 'only regular white space (\\r, \\n, \\t) is allowed between tokens';

interface Scope {
  readonly kind: 'Object' | 'Array';
  readonly start: number;
  entries: number;
}

/** A reader over one JSON text; what follows the first value is never looked at. */
export class Tokens {
  readonly #source: string;
  readonly #scopes: Scope[] = [];
  #at = 0;
  #token: Token = 'end';
  #name = '';
  /** Characters of the current string or number, if they have been read. */
  #text = '';
  /** A string has been opened whose characters have not been read. */
  #unread = false;
  /** The token behind the current field name. */
  #ahead: Token | undefined;
  #aheadStart = 0;

  constructor(source: string) {
    this.#source = source;
  }

  /**
   * Moves to the next token and names it.
   * @throws InvalidEventPatternError where the text is not JSON.
   */
  next(): Token {
    if (this.#ahead !== undefined) {
      this.#token = this.#ahead;
      this.#ahead = undefined;
      if (this.#token === '{' || this.#token === '[') this.#open(this.#token, this.#aheadStart);
    } else {
      this.#token = this.#read();
    }
    return this.#token;
  }

  /**
   * The current token's text: a string's or a name's characters, a number's digits as written, else the token itself.
   */
  text(): string {
    if (this.#token === 'name') return this.#name;
    if (this.#token !== 'string' && this.#token !== 'number') return this.#token;
    if (this.#unread) this.#text = this.#readString('string value');
    return this.#text;
  }

  /** An error that says this sentence and where the reader stands. */
  refusal(sentence: string): InvalidEventPatternError {
    return this.#error(sentence, this.#at);
  }

  #read(): Token {
    if (this.#unread) this.#readString('string value');
    const sign = this.#skipSpace();
    const scope = this.#scopes.at(-1);
    if (sign === -1) {
      if (scope === undefined) return 'end';
      const start = describePlace(this.#source, scope.start);
      throw this.#error(`${END}: expected close marker for ${scope.kind} (start marker at ${start})`, this.#at);
    }
    if (sign === 0x5d || sign === 0x7d) return this.#close(sign, scope);
    if (scope === undefined) return this.#value(sign);
    const first = scope.entries++ === 0 ? sign : this.#skipComma(sign, scope);
    return scope.kind === 'Array' ? this.#value(first) : this.#readName(first);
  }

  #open(token: '{' | '[', start: number): void {
    this.#scopes.push({ kind: token === '{' ? 'Object' : 'Array', start, entries: 0 });
    if (this.#scopes.length > MAX_DEPTH) {
      throw new InvalidEventPatternError(
        `Document nesting depth (${MAX_DEPTH + 1}) exceeds the maximum allowed (${MAX_DEPTH}, from \`StreamReadConstraints.getMaxNestingDepth()\`)`,
      );
    }
  }

  #close(sign: number, scope: Scope | undefined): Token {
    const kind = sign === 0x5d ? 'Array' : 'Object';
    if (scope?.kind !== kind) {
      const start = describePlace(this.#source, scope?.start ?? -1);
      throw this.#error(
        `Unexpected close marker '${kind === 'Array' ? ']' : '}'}': expected '${kind === 'Array' ? '}' : ']'}' (for ${scope?.kind ?? 'root'} starting at ${start})`,
        this.#at,
      );
    }
    this.#at++;
    this.#scopes.pop();
    return kind === 'Array' ? ']' : '}';
  }

  #skipComma(sign: number, scope: Scope): number {
    if (sign !== 0x2c) throw this.#unexpected(sign, `: was expecting comma to separate ${scope.kind} entries`);
    this.#at++;
    return this.#skipSpaceWithin();
  }

  #readName(sign: number): Token {
    if (sign !== 0x22) throw this.#unexpected(sign, ': was expecting double-quote to start field name');
    this.#at++;
    this.#name = this.#readString('name');
    const colon = this.#skipSpaceWithin();
    if (colon !== 0x3a) throw this.#unexpected(colon, ': was expecting a colon to separate field name and value');
    this.#at++;
    const first = this.#skipSpaceWithin();
    this.#aheadStart = this.#at;
    this.#ahead = this.#scalar(first);
    return 'name';
  }

  #value(sign: number): Token {
    const start = this.#at;
    const token = this.#scalar(sign);
    if (token === '{' || token === '[') this.#open(token, start);
    return token;
  }

  #scalar(sign: number): Token {
    switch (sign) {
      case 0x22:
        this.#at++;
        this.#unread = true;
        return 'string';
      case 0x7b:
        this.#at++;
        return '{';
      case 0x5b:
        this.#at++;
        return '[';
      case 0x74:
        return this.#word('true');
      case 0x66:
        return this.#word('false');
      case 0x6e:
        return this.#word('null');
      case 0x2d:
        return this.#number(this.#at + 1);
    }
    if (sign >= 0x30 && sign <= 0x39) return this.#number(this.#at);
    throw this.#oddValue(sign);
  }

  #word(word: 'true' | 'false' | 'null'): Token {
    const start = this.#at;
    if (!this.#source.startsWith(word, start)) throw this.#unrecognized(start);
    this.#at = start + word.length;
    if (this.#endsWord(this.#at)) return word;
    throw this.#unrecognized(start, word.length);
  }

  #number(digits: number): Token {
    const source = this.#source;
    const start = this.#at;
    const first = source.charCodeAt(digits);
    if (digits > start && !isDigit(first)) throw this.#oddNumber(digits, first);
    if (first === 0x30 && isDigit(source.charCodeAt(digits + 1))) {
      throw this.#error('Invalid numeric value: Leading zeroes not allowed', digits + 1);
    }
    const whole = skipDigits(source, digits);
    let at = whole;
    if (source.charCodeAt(at) === 0x2e) {
      const fraction = at + 1;
      at = skipDigits(source, fraction);
      if (at === fraction) throw this.#endOfNumber(whole, at, 'Decimal point not followed by a digit');
    }
    if ((source.charCodeAt(at) | 0x20) === 0x65) {
      const sign = source.charCodeAt(at + 1);
      const exponent = sign === 0x2b || sign === 0x2d ? at + 2 : at + 1;
      at = skipDigits(source, exponent);
      if (at === exponent) throw this.#endOfNumber(whole, at, 'Exponent indicator not followed by a digit');
    }
    this.#text = source.slice(start, at);
    this.#at = at;
    const next = source.charCodeAt(at);
    if (this.#scopes.length === 0 && next !== 0x20 && !(next >= 0x09 && next <= 0x0d) && !Number.isNaN(next)) {
      throw this.#unexpected(next, ': Expected space separating root-level values');
    }
    return 'number';
  }

  #endOfNumber(whole: number, at: number, comment: string): InvalidEventPatternError {
    const sign = this.#source.charCodeAt(at);
    if (!Number.isNaN(sign)) return this.#unexpected(sign, ` in numeric value: ${comment}`, whole);
    if (comment.startsWith('Decimal')) return this.#unexpected(0x2e, ` in numeric value: ${comment}`, whole);
    return this.#error(`${END}expected a digit for number exponent`, at);
  }

  #oddNumber(at: number, sign: number, signed = this.#source[at - 1]): InvalidEventPatternError {
    const source = this.#source;
    if (Number.isNaN(sign)) return this.#error(`${END}${signed === '-' ? 'No digit following sign' : IN_NUMBER}`, at);
    if (sign === 0x49) {
      const next = source[at + 1];
      if (next === undefined) return this.#error(`${END}${IN_NUMBER}`, at + 1);
      if (next === 'N') return this.#oddWord(at - 1, `${signed}INF`, 3);
      if (next === 'n') return this.#oddWord(at - 1, `${signed}Infinity`, 3);
      return this.#oddNumber(at + 1, next.charCodeAt(0), signed);
    }
    if (sign === 0x2e && source[at - 1] === '-')
      return this.#unexpected(sign, `: expected a valid value ${TOKENS}`, at);
    if (signed === '+') {
      return this.#unexpected(0x2b, ` in numeric value: ${PLUS}`, at);
    }
    return this.#unexpected(
      sign,
      ' in numeric value: expected digit (0-9) to follow minus sign, for valid numeric value',
      at,
    );
  }

  #oddValue(sign: number): InvalidEventPatternError {
    const at = this.#at;
    if (sign === 0x7d) return this.#unexpected(sign, ': expected a value');
    if (sign === 0x4e) return this.#oddWord(at, 'NaN', 1);
    if (sign === 0x49) return this.#oddWord(at, 'Infinity', 1);
    if (sign === 0x2b) return this.#oddNumber(at + 1, this.#source.charCodeAt(at + 1));
    if (isWordStart(this.#source[at])) return this.#unrecognized(at);
    return this.#unexpected(sign, `: expected a valid value ${TOKENS}`);
  }

  /** A word that other dialects of JSON have. */
  #oddWord(start: number, word: string, known: number): InvalidEventPatternError {
    const end = start + word.length;
    if (!this.#source.startsWith(word, start) || !this.#endsWord(end)) return this.#unrecognized(start, known);
    return this.#error(`Non-standard token '${word}': enable ${NON_NUMERIC} to allow`, end);
  }

  /** Below `0` nothing is taken for a part of a word, control characters included. */
  #endsWord(at: number): boolean {
    return !(this.#source.charCodeAt(at) >= 0x30) || !isWordPart(this.#source[at]);
  }

  #unrecognized(start: number, known = 1): InvalidEventPatternError {
    const end = this.#wordEnd(start + known);
    const word = this.#source.slice(start, end);
    const shown = word.length > 256 ? `${word.slice(0, 256)}...` : word;
    return this.#error(`Unrecognized token '${shown}': was expecting ${TOKENS}`, start + Math.min(end - start, 256));
  }

  #wordEnd(from: number): number {
    let at = from;
    while (at < this.#source.length && isWordPart(this.#source[at])) at++;
    return at;
  }

  #readString(what: 'string value' | 'name'): string {
    this.#unread = false;
    const source = this.#source;
    const start = this.#at;
    for (let at = start; at < source.length; at++) {
      const sign = source.charCodeAt(at);
      if (sign === 0x22) {
        this.#at = at + 1;
        return source.slice(start, at);
      }
      if (sign === 0x5c || sign < 0x20) return this.#readEscaped(what, start, at);
    }
    throw this.#endOfString(what);
  }

  #readEscaped(what: 'string value' | 'name', start: number, special: number): string {
    const source = this.#source;
    let text = source.slice(start, special);
    let at = special;
    while (at < source.length) {
      const sign = source.charCodeAt(at);
      if (sign === 0x22) {
        this.#at = at + 1;
        return text;
      }
      if (sign < 0x20) {
        throw this.#error(
          `Illegal unquoted character (${describeSign(sign)}): has to be escaped using backslash to be included in ${what}`,
          at,
        );
      }
      if (sign !== 0x5c) {
        text += source[at++];
        continue;
      }
      const escaped = source[at + 1];
      if (escaped === undefined) throw this.#error(`${END} in character escape sequence`, at + 1);
      if (escaped === 'u') {
        text += String.fromCharCode(this.#readHex(at + 2));
        at += 6;
        continue;
      }
      const meant = ESCAPES[escaped];
      if (meant === undefined) {
        throw this.#error(`Unrecognized character escape ${describeSign(escaped.charCodeAt(0))}`, at + 1);
      }
      text += meant;
      at += 2;
    }
    throw this.#endOfString(what);
  }

  #readHex(start: number): number {
    let value = 0;
    for (let at = start; at < start + 4; at++) {
      const sign = this.#source.charCodeAt(at);
      if (Number.isNaN(sign)) throw this.#error(`${END} in character escape sequence`, at);
      const digit = sign < 0x80 ? Number.parseInt(String.fromCharCode(sign), 16) : Number.NaN;
      if (Number.isNaN(digit)) {
        throw this.#unexpected(sign, ': expected a hex-digit for character escape sequence', at);
      }
      value = value * 16 + digit;
    }
    return value;
  }

  #endOfString(what: 'string value' | 'name'): InvalidEventPatternError {
    const where = what === 'name' ? ' in field name' : ': was expecting closing quote for a string value';
    return this.#error(`${END}${where}`, this.#source.length);
  }

  /** The next sign that is not white space, -1 at the end. */
  #skipSpace(): number {
    const source = this.#source;
    while (this.#at < source.length) {
      const sign = source.charCodeAt(this.#at);
      if (sign === 0x2f) throw this.#unexpected(sign, COMMENT);
      if (sign > 0x20) return sign;
      this.#at++;
      if (sign !== 0x20 && sign !== 0x0a && sign !== 0x0d && sign !== 0x09) {
        throw this.#error(`Illegal character (${describeSign(sign)}): ${ONLY_SPACE}`, this.#at);
      }
    }
    return -1;
  }

  #skipSpaceWithin(): number {
    const sign = this.#skipSpace();
    if (sign === -1) throw this.#error(`${END} within/between ${this.#scopes.at(-1)?.kind} entries`, this.#at);
    return sign;
  }

  #error(sentence: string, at: number): InvalidEventPatternError {
    return new InvalidEventPatternError(`${sentence}\n at ${describePlace(this.#source, at)}`);
  }

  #unexpected(sign: number, comment: string, at = this.#at): InvalidEventPatternError {
    return this.#error(`Unexpected character (${describeSign(sign)})${comment}`, at);
  }
}

const IN_NUMBER = ' in a Number value';
const NON_NUMERIC = '`JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS`';
const PLUS =
  'JSON spec does not allow numbers to have plus signs: enable `JsonReadFeature.ALLOW_LEADING_PLUS_SIGN_FOR_NUMBERS` to allow';

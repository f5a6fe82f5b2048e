// The words of an expression, and the cursor that parsers read them by. What is no word of the language is a token of
// one sign, so that the parser refuses it where it stands, as AWS does.
import { utf8Bytes } from '../value/size.ts';
import { type Place, refuse } from './refusal.ts';

/** `word`: identifier or keyword. `name`: `#n`. `value`: `:v`. `index`: digits. `sign`: operators and all else. */
interface Token {
  readonly kind: 'word' | 'name' | 'value' | 'index' | 'sign' | 'end';
  readonly text: string;
  readonly start: number;
}

/** Bytes of one expression as sent. Source: DynamoDB developer guide, "Constraints": expression parameters. */
const MAX_BYTES = 4096;

/** Operators in one expression. Source: as above. */
const MAX_OPERATORS = 300;

// More than 300 operators can need, and than `size` fits into an expression. What is deeper is refused for something.
// Ours.
const MAX_DEPTH = 820;

const TOKEN = /([A-Za-z][A-Za-z0-9_]*)|(#[A-Za-z0-9_]+)|(:[A-Za-z0-9_]+)|(\d+)|<>|<=|>=|[\s\S]/gu;

const CONDITION_WORDS: readonly string[] = ['AND', 'OR', 'NOT', 'BETWEEN', 'IN'];

/** The words that have a meaning of their own, so that no operand begins with them. */
const KEYWORDS: Readonly<Record<Place, readonly string[]>> = {
  ConditionExpression: CONDITION_WORDS,
  FilterExpression: CONDITION_WORDS,
  KeyConditionExpression: CONDITION_WORDS,
  ProjectionExpression: [],
  UpdateExpression: ['SET', 'REMOVE', 'ADD', 'DELETE'],
};

/** Where a parser is. */
export class Cursor {
  readonly place: Place;
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;
  #operators = 0;
  #isRedundant = false;

  /** @throws ValidationException when the expression is empty or too long. */
  constructor(text: string, place: Place) {
    this.place = place;
    this.#text = text;
    const bytes = utf8Bytes(text);
    if (bytes > MAX_BYTES) {
      const told = place === 'UpdateExpression' ? '' : ` expression size: ${bytes}`;
      throw refuse(place, `Expression size has exceeded the maximum allowed size;${told}`);
    }
    this.#tokens = tokensOf(text);
    if (this.#tokens.length === 1) throw refuse(place, 'The expression can not be empty;');
  }

  get #token(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', text: '<EOF>', start: this.#text.length };
  }

  /** The next token's kind. */
  get kind(): Token['kind'] {
    return this.#token.kind;
  }

  /** @throws ValidationException when the next token is a word that joins or begins something else. */
  refuseKeyword(): void {
    if (KEYWORDS[this.place].some((keyword) => this.sees(keyword))) throw this.refuse();
  }

  /** Whether the next token is this sign, or this keyword in any case. */
  sees(text: string): boolean {
    const token = this.#token;
    if (token.kind === 'sign') return token.text === text;
    return token.kind === 'word' && token.text.toUpperCase() === text;
  }

  /** Whether this sign follows the next token. */
  seesThen(sign: string): boolean {
    const token = this.#tokens[this.#at + 1];
    return token?.kind === 'sign' && token.text === sign;
  }

  /** Goes over the next token when it is this sign or keyword. */
  takes(text: string): boolean {
    if (!this.sees(text)) return false;
    this.#at += 1;
    return true;
  }

  /** The next token's text, whatever it is. */
  take(): string {
    const { text } = this.#token;
    this.#at += 1;
    return text;
  }

  /** @throws ValidationException when the next token is not this one. */
  expect(text: string): void {
    if (!this.takes(text)) throw this.refuse();
  }

  /** @throws ValidationException when something follows, or when what was read is more than an expression may have. */
  end(): void {
    if (this.kind !== 'end') throw this.refuse();
    if (this.#isRedundant) throw refuse(this.place, 'The expression has redundant parentheses;');
    if (this.#operators <= MAX_OPERATORS) return;
    throw refuse(this.place, `The expression contains too many operators; operator count: ${MAX_OPERATORS + 1}`);
  }

  /** The syntax error at the next token: `near` shows the one before it, itself, and the one after it. */
  refuse(): Error {
    const { text } = this.#token;
    const from = this.#tokens[Math.max(this.#at - 1, 0)];
    const to = this.#tokens[Math.min(this.#at + 1, this.#tokens.length - 1)];
    // The end has no text: what stands before it ends where its own text does.
    const last = to?.kind === 'end' ? this.#tokens[this.#tokens.length - 2] : to;
    const near = this.#text.slice(from?.start ?? 0, last ? last.start + last.text.length : undefined);
    return refuse(this.place, `Syntax error; token: "${text}", near: "${near}"`);
  }

  countOperator(): void {
    this.#operators += 1;
  }

  /** Reads what is between two parentheses, of a function if it has a name. */
  within<T>(name: string, read: () => T): T {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) {
      const told =
        name === '' ? 'The expression has redundant parentheses;' : `Invalid function name; function: ${name}`;
      throw refuse(this.place, told);
    }
    const inner = read();
    this.#depth -= 1;
    return inner;
  }

  noteRedundant(): void {
    this.#isRedundant = true;
  }
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  for (const match of text.matchAll(TOKEN)) {
    const [sign, word, name, value, index] = match;
    if (/^\s$/.test(sign)) continue;
    const kind = word ? 'word' : name ? 'name' : value ? 'value' : index ? 'index' : 'sign';
    tokens.push({ kind, text: sign, start: match.index });
  }
  tokens.push({ kind: 'end', text: '<EOF>', start: text.length });
  return tokens;
}

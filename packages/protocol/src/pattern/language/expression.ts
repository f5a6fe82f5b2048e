// The operators: what may stand in a field's list, and the cloud's sentence for each thing that may not.
import type { NegatedTerm, Term } from '../pattern.ts';
import { parseAddress, parseCidr } from './address.ts';
import { foldText, wellFormed } from './casefold.ts';
import { comparableNumber } from './number.ts';
import { InvalidEventPatternError } from './refusal.ts';
import type { Token, Tokens } from './tokens.ts';
import { parseWildcard } from './wildcard.ts';

const ONE_KEY = 'Only one key allowed in match expression';
const TOO_MANY = 'Too many elements in numeric expression';

/** A plain value: equality. A string that is an IP address equals its other spellings. */
export function parseScalar(tokens: Tokens, token: Token): Term {
  const text = tokens.text();
  switch (token) {
    case 'string': {
      const address = parseAddress(text);
      if (address !== undefined) return { kind: 'address', text, range: { low: address, high: address } };
      return { kind: 'string', text };
    }
    case 'number': {
      const value = comparableNumber(text);
      return value === undefined ? { kind: 'spelling', text } : { kind: 'number', value };
    }
    case 'true':
    case 'false':
    case 'null':
      return { kind: 'literal', text: token };
  }
  throw tokens.refusal('Match value must be String, number, true, false, or null');
}

/** An operator in an object of its own, whose brace is open. */
export function parseMatchExpression(tokens: Tokens): Term {
  if (tokens.next() !== 'name') throw tokens.refusal('Match expression name not found');
  const operator = tokens.text();
  switch (operator) {
    case 'exactly':
      return closing(tokens, { kind: 'string', text: parseString(tokens, tokens.next(), 'exact') });
    case 'prefix':
    case 'suffix':
      return parseAffix(tokens, operator);
    case 'equals-ignore-case':
      return closing(tokens, folded(parseString(tokens, tokens.next(), operator), 'whole'));
    case 'wildcard': {
      const text = parseString(tokens, tokens.next(), operator);
      return closing(tokens, wildcard(tokens, text));
    }
    case 'cidr': {
      // The cloud says "prefix" here.
      const text = parseString(tokens, tokens.next(), 'prefix');
      return closing(tokens, { kind: 'address', text, range: withoutPlace(() => parseCidr(text)) });
    }
    case 'exists': {
      const present = tokens.next();
      if (present !== 'true' && present !== 'false') {
        throw tokens.refusal('exists match pattern must be either true or false.');
      }
      return closing(tokens, { kind: 'exists', present: present === 'true' });
    }
    case 'numeric': {
      if (tokens.next() !== '[') throw tokens.refusal('Value of numeric must be an array.');
      return closing(tokens, parseNumeric(tokens), TOO_MANY);
    }
    case 'anything-but':
      return parseAnythingBut(tokens);
  }
  throw tokens.refusal(`Unrecognized match type ${operator}`);
}

function closing<T extends Term>(tokens: Tokens, term: T, sentence = ONE_KEY): T {
  if (tokens.next() !== '}') throw tokens.refusal(sentence);
  return term;
}

function parseString(tokens: Tokens, token: Token, name: string): string {
  if (token !== 'string') throw tokens.refusal(`${name} match pattern must be a string`);
  return tokens.text();
}

function parseAffix(tokens: Tokens, kind: 'prefix' | 'suffix'): Term {
  const token = tokens.next();
  if (token !== '{') return closing(tokens, affix(kind, parseString(tokens, token, kind)));
  const title = kind === 'prefix' ? 'Prefix' : 'Suffix';
  if (tokens.next() !== 'name') throw tokens.refusal(`${title} expression name not found`);
  const operator = tokens.text();
  if (operator !== 'equals-ignore-case') throw tokens.refusal(`Unsupported ${kind} pattern: ${operator}`);
  const term = folded(parseString(tokens, tokens.next(), operator), kind === 'prefix' ? 'start' : 'end');
  return closing(tokens, closing(tokens, term));
}

function affix(kind: 'prefix' | 'suffix', text: string): NegatedTerm {
  return { kind, text: wellFormed(text) };
}

function folded(text: string, where: 'whole' | 'start' | 'end'): NegatedTerm {
  return { kind: 'folded', where, text, folded: foldText(text) };
}

function wildcard(tokens: Tokens, text: string): NegatedTerm {
  return { kind: 'wildcard', text, runs: withPlace(tokens, () => parseWildcard(text)) };
}

/** `["=", n]`, `["<", n]`, or a lower bound with or without an upper one behind it; the bracket is open. */
function parseNumeric(tokens: Tokens): Term {
  if (tokens.next() !== 'string') throw tokens.refusal(`Invalid member in numeric match: ${tokens.text()}`);
  const operator = tokens.text();
  const token = tokens.next();
  if (!NUMERIC_OPERATORS.has(operator)) throw tokens.refusal(`Unrecognized numeric range operator: ${operator}`);
  if (token !== 'number') {
    throw tokens.refusal(`Value of ${operator === '=' ? 'equals' : operator} must be numeric`);
  }
  const first = tokens.text();
  const next = tokens.next();
  if (operator === '>' || operator === '>=') {
    if (next !== ']') return parseUpperBound(tokens, next, first, operator === '>=');
    const low = compare(tokens, first);
    return { kind: 'range', low, lowIncluded: operator === '>=', high: Number.POSITIVE_INFINITY, highIncluded: false };
  }
  if (next !== ']') throw tokens.refusal(TOO_MANY);
  const value = compare(tokens, first);
  if (operator === '=') return { kind: 'number', value };
  return {
    kind: 'range',
    low: Number.NEGATIVE_INFINITY,
    lowIncluded: false,
    high: value,
    highIncluded: operator === '<=',
  };
}

const NUMERIC_OPERATORS = new Set(['=', '<', '<=', '>', '>=']);

function parseUpperBound(tokens: Tokens, token: Token, bottom: string, lowIncluded: boolean): Term {
  if (token !== 'string') throw tokens.refusal(`Bad value in numeric range: ${tokens.text()}`);
  const operator = tokens.text();
  if (operator !== '<' && operator !== '<=') throw tokens.refusal(`Bad numeric range operator: ${operator}`);
  if (tokens.next() !== 'number') throw tokens.refusal(`Value of ${operator} must be numeric`);
  const top = tokens.text();
  if (tokens.next() !== ']') throw tokens.refusal('Too many terms in numeric range expression');
  const low = compare(tokens, bottom);
  const high = compare(tokens, top);
  if (low >= high) throw tokens.refusal('Bottom must be less than top');
  return { kind: 'range', low, lowIncluded, high, highIncluded: operator === '<=' };
}

function compare(tokens: Tokens, text: string): number {
  const value = comparableNumber(text);
  if (value === undefined) throw tokens.refusal(`Cannot compare number : ${text}`);
  return value;
}

type Negation = 'prefix' | 'suffix' | 'equals-ignore-case' | 'wildcard';

function parseAnythingBut(tokens: Tokens): Term {
  let token = tokens.next();
  let negation: Negation | undefined;
  if (token === '{') {
    if (tokens.next() !== 'name') throw tokens.refusal('Anything-But expression name not found');
    const operator = tokens.text();
    if (!isNegation(operator)) throw tokens.refusal(`Unsupported anything-but pattern: ${operator}`);
    negation = operator;
    token = tokens.next();
  }
  if (token !== '[' && token !== 'string' && token !== 'number') {
    throw tokens.refusal('Value of anything-but must be an array or single string/number value.');
  }
  if (negation === undefined) return closing(tokens, parseAnythingButValues(tokens, token), TOO_MANY);
  return closing(tokens, closing(tokens, parseNegated(tokens, token, negation), TOO_MANY), TOO_MANY);
}

function isNegation(operator: string): operator is Negation {
  return operator === 'prefix' || operator === 'suffix' || operator === 'equals-ignore-case' || operator === 'wildcard';
}

function parseAnythingButValues(tokens: Tokens, token: Token): Term {
  if (token === 'string') return { kind: 'not-strings', texts: [tokens.text()] };
  if (token === 'number') {
    const text = tokens.text();
    const value = comparableNumber(text);
    if (value === undefined) throw new InvalidEventPatternError(`Cannot compare number : ${text}`);
    return { kind: 'not-numbers', values: [value] };
  }
  const texts: string[] = [];
  const values: number[] = [];
  inList(tokens, (item) => {
    if (item === 'string') texts.push(tokens.text());
    else if (item === 'number') values.push(compare(tokens, tokens.text()));
    else throw tokens.refusal('Inside anything but list, start|null|boolean is not supported.');
  });
  if (texts.length > 0 === values.length > 0) {
    throw tokens.refusal(
      'Inside anything but list, either all values are number or string, mixed type is not supported',
    );
  }
  return texts.length > 0 ? { kind: 'not-strings', texts } : { kind: 'not-numbers', values };
}

function parseNegated(tokens: Tokens, token: Token, negation: Negation): Term {
  if (token !== '[')
    return { kind: 'not', terms: [negate(tokens, negation, parseNegatedText(tokens, token, negation))] };
  const texts: string[] = [];
  inList(tokens, (item) => texts.push(parseNegatedText(tokens, item, negation)));
  // event-ruler compiles an empty list and fails on the first event.
  if (texts.length === 0) throw tokens.refusal('Empty arrays are not allowed');
  return { kind: 'not', terms: texts.map((text) => negate(tokens, negation, text)) };
}

function parseNegatedText(tokens: Tokens, token: Token, negation: Negation): string {
  if (token !== 'string') {
    throw tokens.refusal(
      negation === 'equals-ignore-case'
        ? 'Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.'
        : negation === 'wildcard'
          ? 'wildcard match pattern must be a string'
          : 'prefix/suffix match pattern must be a string',
    );
  }
  const text = tokens.text();
  if (text === '' && (negation === 'prefix' || negation === 'suffix')) {
    throw tokens.refusal('Null prefix/suffix not allowed');
  }
  return text;
}

function negate(tokens: Tokens, negation: Negation, text: string): NegatedTerm {
  if (negation === 'wildcard') return wildcard(tokens, text);
  return negation === 'equals-ignore-case' ? folded(text, 'whole') : affix(negation, text);
}

/** Reads the rest of a list. The cloud catches an error inside and says it again with the place a second time. */
function inList(tokens: Tokens, read: (token: Token) => void): void {
  try {
    for (let token = tokens.next(); token !== ']'; token = tokens.next()) read(token);
  } catch (error) {
    if (!(error instanceof InvalidEventPatternError)) throw error;
    throw tokens.refusal(error.message);
  }
}

function withPlace<T>(tokens: Tokens, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw error instanceof RangeError ? tokens.refusal(error.message) : error;
  }
}

function withoutPlace<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw error instanceof RangeError ? new InvalidEventPatternError(error.message) : error;
  }
}

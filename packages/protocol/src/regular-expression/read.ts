// Reads a Java regular expression and writes it for RE2. Java's syntax is what AllowedPattern is written in
// (CloudFormation user guide, "Using regular expressions in CloudFormation templates"); where RE2 would read the same
// text otherwise (`[a[b]]`, `\v`, `.`), Java's meaning is written out. Refuses by name what is not regular or not
// served: back-references, possessive quantifiers, atomic groups, classes inside classes, flags other than `i` and `s`.
import { ANYTHING, classText, NO_LINE_TERMINATOR } from './characters.ts';
import { readClass } from './class.ts';
import { characterText, readCharacter, readEscape } from './escape.ts';
import { atom, choice, END, look, type Piece, repeat, SIZE_MAX, START, sequence } from './piece.ts';
import { next, type Reading, skip, take } from './reading.ts';
import { malformed, notServed, tooLarge } from './refusal.ts';

export interface Translation {
  /** RE2's spelling. */
  readonly text: string;
  /** Whether it is held against the text as read from its end. */
  readonly backwards: boolean;
  readonly size: number;
}

/** Ours: groups inside one another. */
const DEPTH_MAX = 200;

/** @throws ExpressionRefusal */
export function translateExpression(expression: string): Translation {
  if (expression.length > SIZE_MAX) throw tooLarge(`more than ${SIZE_MAX} characters`);
  const reading: Reading = {
    text: withoutQuotes(expression),
    at: 0,
    ignoreCase: false,
    dotAll: false,
    depth: 0,
    looks: new Set(),
  };
  const { forwards, backwards, size } = readChoice(reading);
  if (reading.at < reading.text.length) throw malformed("Unmatched closing ')'");
  if (reading.looks.size === 2) throw notServed('look-ahead and look-behind together');
  const isBackwards = reading.looks.has('ahead');
  return { text: isBackwards ? backwards : forwards, backwards: isBackwards, size };
}

/** `\Q1.0\E` is `1\.0`: what stands between is literal, also inside a class. Without `\E` it reaches to the end. */
function withoutQuotes(expression: string): string {
  return expression.replace(/\\(?:Q(.*?)(?:\\E|$)|.)/gs, (whole, quoted: string | undefined) =>
    quoted === undefined ? whole : quoted.replace(/[^A-Za-z0-9]/gu, '\\$&'),
  );
}

function readChoice(reading: Reading): Piece {
  if (++reading.depth > DEPTH_MAX) throw tooLarge(`more than ${DEPTH_MAX} groups inside one another`);
  const options = [readSequence(reading)];
  while (skip(reading, '|')) options.push(readSequence(reading));
  reading.depth--;
  return choice(options);
}

function readSequence(reading: Reading): Piece {
  const pieces: Piece[] = [];
  while (reading.at < reading.text.length && !/[|)]/.test(reading.text.charAt(reading.at))) {
    pieces.push(readQuantifier(reading, readAtom(reading)));
  }
  return sequence(pieces);
}

function readAtom(reading: Reading): Piece {
  const sign = next(reading);
  switch (sign) {
    case '(':
      return readGroup(reading);
    case '[':
      return atom(readClass(reading));
    case '\\':
      return readEscape(reading);
    case '.':
      return atom(classText(reading.dotAll ? ANYTHING : NO_LINE_TERMINATOR));
    case '^':
      return START;
    case '$':
      return END;
    case '*':
    case '+':
    case '?':
      throw malformed(`Dangling meta character '${sign}'`);
    case '{':
      throw malformed('Illegal repetition');
    default:
      return atom(characterText(readCharacter(reading, sign), reading));
  }
}

/** `?:`, `?=`, `?<!`, `?<name>`, `?i)`, `?i-s:`, or nothing. */
const OPENING = /(?:\?(?:[:>=!]|<[=!]|<[A-Za-z][A-Za-z0-9]*>|[A-Za-z]*-?[A-Za-z]*[:)]))?/y;

function readGroup(reading: Reading): Piece {
  const { ignoreCase, dotAll } = reading;
  const opening = take(reading, OPENING)?.[0] ?? '';
  if (opening === '?>') throw notServed('an atomic group `(?>`');
  if (opening === '' && reading.text.charAt(reading.at) === '?') throw malformed('Unknown inline modifier');
  if (/[A-Za-z-]/.test(opening) && !opening.startsWith('?<')) readFlags(reading, opening);
  // `(?i)` without a colon holds to the end of the group it stands in.
  if (opening.endsWith(')')) return sequence([]);
  const assertion = /^\?(<?)([=!])$/.exec(opening);
  if (assertion) reading.looks.add(assertion[1] === '' ? 'ahead' : 'behind');
  const body = readChoice(reading);
  if (!skip(reading, ')')) throw malformed('Unclosed group');
  reading.ignoreCase = ignoreCase;
  reading.dotAll = dotAll;
  return assertion ? look(body, { ahead: assertion[1] === '', negative: assertion[2] === '!' }) : body;
}

/** `?i-s:` and `?i)`. */
function readFlags(reading: Reading, opening: string): void {
  const [on = '', off = ''] = opening.slice(1, -1).split('-');
  for (const [flags, value] of [
    [on, true],
    [off, false],
  ] as const) {
    for (const flag of flags) {
      if (flag === 'i') reading.ignoreCase = value;
      else if (flag === 's') reading.dotAll = value;
      else if ('mxduU'.includes(flag)) throw notServed(`the flag \`${flag}\``);
      else throw malformed('Unknown inline modifier');
    }
  }
}

/** `*`, `+`, `?`, `{2}`, `{2,}`, `{2,5}`. */
const QUANTIFIER = /[*+?]|\{([0-9]+)(,?)([0-9]*)\}/y;

function readQuantifier(reading: Reading, piece: Piece): Piece {
  const found = take(reading, QUANTIFIER);
  if (!found) return piece;
  const [quantifier, count, comma, limit] = found;
  const least = count === undefined ? (quantifier === '+' ? 1 : 0) : Number(count);
  const unlimited = count === undefined ? quantifier !== '?' : comma === ',' && limit === '';
  const most = unlimited ? Infinity : count === undefined ? 1 : Number(limit || count);
  if (most < least) throw malformed('Illegal repetition range');
  // Lazy or greedy, what matches as a whole is the same.
  skip(reading, '?');
  if (reading.text.charAt(reading.at) === '+') throw notServed(`a possessive quantifier \`${quantifier}+\``);
  if (reading.text.charAt(reading.at) === '{') throw notServed(`a second quantifier behind \`${quantifier}\``);
  return repeat(piece, least, most);
}

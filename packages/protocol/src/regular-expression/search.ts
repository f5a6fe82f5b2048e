// Finds a JavaScript regular expression in a text, in linear time: JSONata's `/…/`, which the library would hand to
// an engine that backtracks. The expression is written for RE2's engine; what that cannot express (look-ahead,
// look-behind, back-references) is refused by name. Characters outside the basic plane are one character here, two in
// JavaScript.
//
// This file loads the engine (264 KB): import it when there is an expression, not at start.
import { RE2JS, RE2JSSyntaxException } from 're2js';
import { notServed } from './refusal.ts';

export interface Search {
  /** Instructions: a search takes this times the characters that it looks at, at most. */
  readonly size: number;
  /** The first match at `from` or behind it. */
  readonly find: (text: string, from: number) => Found | undefined;
}

export interface Found {
  readonly start: number;
  readonly end: number;
  readonly groups: readonly (string | undefined)[];
}

/**
 * @param flags of `i` and `m`
 * @throws ExpressionRefusal
 */
export function createSearch(source: string, flags: string): Search {
  const engine = compile(source, flags);
  return {
    size: engine.programSize(),
    find(text, from) {
      const matcher = engine.matcher(text);
      if (from > text.length || !matcher.find(from)) return undefined;
      const groups = Array.from({ length: matcher.groupCount() }, (_, index) => matcher.group(index + 1) ?? undefined);
      return { start: matcher.start(), end: matcher.end(), groups };
    },
  };
}

function compile(source: string, flags: string): RE2JS {
  try {
    return RE2JS.compile(
      RE2JS.translateRegExp(spellOut(source)),
      (flags.includes('i') ? RE2JS.CASE_INSENSITIVE : 0) | (flags.includes('m') ? RE2JS.MULTILINE : 0),
    );
  } catch (error) {
    if (error instanceof RE2JSSyntaxException) throw notServed(`\`${error.input ?? source}\``);
    throw error;
  }
}

/** What JavaScript calls white space and RE2 does not. */
const SPACES =
  '\\t\\n\\x0b\\f\\r \\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{feff}';

const NO_LINE_END = '[^\\n\\r\\x{2028}\\x{2029}]';

/** Letters that mean something behind a backslash; any other is itself in JavaScript, and often not in RE2. */
const ESCAPES = /[bBcdDfnrStvwWux0-9]/;

/** `.`, `\s` and escaped letters mean more or something else in RE2. */
function spellOut(source: string): string {
  let isInClass = false;
  return source.replace(/\\.|[[\].]/gs, (sign) => {
    if (sign === '[') isInClass = true;
    else if (sign === ']') isInClass = false;
    else if (sign === '.') return isInClass ? sign : NO_LINE_END;
    else if (sign === '\\s') return isInClass ? SPACES : `[${SPACES}]`;
    else if (sign === '\\S' && !isInClass) return `[^${SPACES}]`;
    else if (sign === '\\k') throw notServed('a back-reference `\\k`');
    else if (/[a-zA-Z]/.test(sign) && !ESCAPES.test(sign)) return sign.slice(1);
    return sign;
  });
}

// Does a whole text match a regular expression that came from outside? The expression is a Java one and is run by RE2's
// engine, whose time grows with the text's length and never exponentially. What that engine cannot express is refused
// by name.
//
// This file loads the engine (264 KB): import it when there is an expression, not at start.
import { RE2JS, RE2JSSyntaxException } from 're2js';
import { translateExpression } from './read.ts';
import { notServed, tooLarge } from './refusal.ts';

/** @throws ExpressionRefusal */
export type WholeMatch = (expression: string, text: string) => boolean;

/**
 * Ours: instructions times characters, over all matches; some 0.2 s at the worst. The dearest of 609 real templates
 * needs 2,000,000.
 */
const STEPS_MAX = 4_000_000;

/** What making the program of an expression costs, in characters that it could match meanwhile (measured). */
const COMPILE_CHARACTERS = 50;

/** Made for one request: what all its matches cost is added up. */
export function createWholeMatch(): WholeMatch {
  const programs = new Map<string, Program>();
  let steps = 0;
  const spend = (more: number) => {
    steps += more;
    if (steps > STEPS_MAX) throw tooLarge(`its instructions times the characters to match are more than ${STEPS_MAX}`);
  };
  const compile = (expression: string): Program => {
    const { text, backwards, size } = translateExpression(expression);
    spend(size * COMPILE_CHARACTERS);
    const engine = compileRe2(text);
    const program = { engine, backwards, size: engine.programSize() };
    programs.set(expression, program);
    return program;
  };
  return (expression, text) => {
    const { engine, size, backwards } = programs.get(expression) ?? compile(expression);
    spend(size * (text.length + 1));
    // Through a matcher the engine leaves its DFA out, which is quicker mostly and four times slower at the worst.
    return engine.matcher(backwards ? fromTheEnd(text) : text).matches();
  };
}

interface Program {
  readonly engine: RE2JS;
  readonly backwards: boolean;
  /** Instructions. */
  readonly size: number;
}

function compileRe2(text: string): RE2JS {
  try {
    return RE2JS.compile(text, RE2JS.LOOKBEHINDS);
  } catch (error) {
    if (error instanceof RE2JSSyntaxException) throw notServed(`\`${error.input ?? text}\``);
    throw error;
  }
}

function fromTheEnd(text: string): string {
  return Array.from(text).reverse().join('');
}

// JSON texts that callers send (inputs, outputs, definitions), and what the service says of one that is none: it
// speaks as its parser does.
// Source: recorded on AWS: LocalStack, tests/aws/services/stepfunctions/v2, test_sfn_api
// (test_invalid_start_execution_input) and test_sfn_api_validation.
import type { Json } from './json.ts';

/** Source: Jackson 2.15, StreamReadConstraints, the parser whose sentences the service tells. */
const MAX_DEPTH = 1000;

/** `undefined` for a text that is no JSON, or is nested too deep. */
export function parseJson(text: string): Json | undefined {
  try {
    return isTooDeep(text) ? undefined : (JSON.parse(text) as Json);
  } catch {
    return undefined;
  }
}

const TOKENS = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";

/** Why a text is no JSON. */
export function jsonFault(text: string): string {
  const start = text.trimStart();
  if (start === '') return 'Invalid execution input.';
  const [word] = /^[\p{L}_$][\p{L}\d_$]*/u.exec(start) ?? [];
  if (word !== undefined && !['true', 'false', 'null'].includes(word)) {
    return `Unrecognized token '${word}': was expecting ${TOKENS}`;
  }
  const [, sign] = /^\{\s*([^"}\s])/.exec(start) ?? [];
  if (sign !== undefined) return `${unexpected(sign)}: was expecting double-quote to start field name`;
  if (isTooDeep(text)) return `Document nesting depth (${MAX_DEPTH + 1}) exceeds the maximum allowed (${MAX_DEPTH})`;
  return parserFault(text);
}

/** Strings aside, which may have any sign in them. */
function isTooDeep(text: string): boolean {
  if (text.length <= 2 * MAX_DEPTH) return false;
  let depth = 0;
  for (const [sign] of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"?|[[\]{}]/gs)) {
    if (sign === '[' || sign === '{') depth++;
    else if (sign === ']' || sign === '}') depth--;
    if (depth > MAX_DEPTH) return true;
  }
  return false;
}

/** Everything else: what the parser here says of it, with the place. */
function parserFault(text: string): string {
  try {
    JSON.parse(text);
    return 'Invalid execution input.';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function unexpected(sign: string): string {
  return `Unexpected character ('${sign}' (code ${sign.charCodeAt(0)}))`;
}

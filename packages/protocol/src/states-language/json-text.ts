// JSON texts that callers send (inputs, outputs, definitions), and what the service says of one that is none: it
// speaks as its parser does.
// Source: recorded on AWS: LocalStack, tests/aws/services/stepfunctions/v2, test_sfn_api
// (test_invalid_start_execution_input) and test_sfn_api_validation.
import type { Json } from './json.ts';

/** Source: Jackson 2.15, StreamReadConstraints, the parser whose sentences the service tells. */
const MAX_DEPTH = 1000;

/** Signs of a token that are told. Source: Jackson 2.15, ErrorReportConfiguration. */
const MAX_TOKEN = 256;

/** What the parser says of a text that is nested deeper. */
export const TOO_DEEP = `Document nesting depth (${MAX_DEPTH + 1}) exceeds the maximum allowed (${MAX_DEPTH})`;

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
    const told = word.length > MAX_TOKEN ? `${word.slice(0, MAX_TOKEN)}...` : word;
    return `Unrecognized token '${told}': was expecting ${TOKENS}`;
  }
  const [, sign] = /^\{\s*([^"}\s])/.exec(start) ?? [];
  if (sign !== undefined) return `${unexpected(sign)}: was expecting double-quote to start field name`;
  if (isTooDeep(text)) return TOO_DEEP;
  return parserFault(text);
}

/** Whether a JSON text is nested deeper than the service's parser reads. Strings aside: they may have any sign. */
export function isTooDeep(text: string): boolean {
  if (text.length <= 2 * MAX_DEPTH) return false;
  let depth = 0;
  let isString = false;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charCodeAt(at);
    if (isString) {
      if (sign === BACKSLASH) at += 1;
      else if (sign === QUOTE) isString = false;
    } else if (sign === QUOTE) isString = true;
    else if (OPENING.has(sign)) depth += 1;
    else if (CLOSING.has(sign)) depth -= 1;
    if (depth > MAX_DEPTH) return true;
  }
  return false;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);

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

// JSON texts that callers send (inputs, outputs, definitions), and what the service says of one that is none: it
// speaks as its parser does.
// Source: recorded on AWS: LocalStack, tests/aws/services/stepfunctions/v2, test_sfn_api
// (test_invalid_start_execution_input) and test_sfn_api_validation.
import type { Json } from './json.ts';
import { findJsonFault } from './json-fault.ts';

/** Source: Jackson 2.15, StreamReadConstraints, the parser whose sentences the service tells. */
const MAX_DEPTH = 1000;

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

/** Why a text is no JSON. */
export function jsonFault(text: string): string {
  if (text.trim() === '') return 'Invalid execution input.';
  if (isTooDeep(text)) return TOO_DEEP;
  return findJsonFault(text)?.message ?? 'Invalid execution input.';
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);

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

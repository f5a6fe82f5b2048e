// JSON texts that callers send (inputs, outputs, definitions), and what the service says of one that is none: it
// speaks as its parser does.
// Source: recorded on AWS: LocalStack, tests/aws/services/stepfunctions/v2, test_sfn_api
// (test_invalid_start_execution_input) and test_sfn_api_validation.
import type { Json } from './json.ts';
import { findJsonFault } from './json-fault.ts';

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

/** Why a text is no JSON. */
export function jsonFault(text: string): string {
  if (text.trim() === '') return 'Invalid execution input.';
  if (isTooDeep(text)) return `Document nesting depth (${MAX_DEPTH + 1}) exceeds the maximum allowed (${MAX_DEPTH})`;
  return findJsonFault(text)?.message ?? 'Invalid execution input.';
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

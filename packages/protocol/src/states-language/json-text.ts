// JSON texts that callers send (inputs, outputs, definitions), and what the service says of one that is none: it
// speaks as its parser does.
// Source: recorded on AWS: LocalStack, tests/aws/services/stepfunctions/v2, test_sfn_api
// (test_invalid_start_execution_input) and test_sfn_api_validation.
import type { Json } from './json.ts';

/** `undefined` for a text that is no JSON. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
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
  return parserFault(text);
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

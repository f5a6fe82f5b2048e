// Reads a definition. A beginning: fields are looked at by nobody yet.

import { isObject } from '../json.ts';
import { parseJson } from '../json-text.ts';
import type { StateMachine } from './definition.ts';
import type { Problem } from './problem.ts';

export function readDefinition(
  text: string,
  _options: { readonly type: 'STANDARD' | 'EXPRESS' },
): { machine?: StateMachine; problems: readonly Problem[] } {
  const code = 'SCHEMA_VALIDATION_FAILED';
  const parsed = parseJson(text);
  if (!isObject(parsed)) {
    return { problems: [{ severity: 'ERROR', code, message: 'Definition must be a valid JSON object' }] };
  }
  const missing = ['States', 'StartAt'].filter((field) => !(field in parsed));
  if (missing.length > 0) {
    const message = `These fields are required: [${missing.join(', ')}]`;
    return { problems: [{ severity: 'ERROR', code, message, location: '/' }] };
  }
  return { machine: parsed as unknown as StateMachine, problems: [] };
}

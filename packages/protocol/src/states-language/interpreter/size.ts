// How much data may go through an execution.
import { isTooDeep, TOO_DEEP } from '../json-text.ts';
import { StatesError } from '../states-error.ts';

/**
 * Bytes of UTF-8 in an input, output or result.
 * Source: developer guide, "Step Functions service quotas": maximum input or output size for a task, state or
 * execution.
 */
const DATA_MAX_BYTES = 262_144;

/** @param subject what gave it: the state's name, a service or a function's ARN. */
function tooLarge(subject: string): StatesError {
  return new StatesError(
    'States.DataLimitExceeded',
    `The state/task '${subject}' returned a result with a size exceeding the maximum number of bytes service limit.`,
  );
}

/**
 * Holds what goes through a state against what the service takes.
 * @throws StatesError `States.DataLimitExceeded`; `States.Runtime` for what its parser would not read: the sentence is
 *   the parser's
 */
export function checkData(text: string, subject: string): void {
  if (isTooLarge(text)) throw tooLarge(subject);
  if (isTooDeep(text)) throw new StatesError('States.Runtime', TOO_DEEP);
}

/**
 * The same for what one Assign makes, which may have as many bytes as an output. Source: the same, and "Passing data
 * between states with variables". The sentence is ours.
 */
export function checkVariables(text: string, state: string): void {
  if (isTooLarge(text)) {
    throw new StatesError(
      'States.DataLimitExceeded',
      `The state/task '${state}' assigned variables with a size exceeding the maximum number of bytes service limit.`,
    );
  }
  checkData(text, state);
}

function isTooLarge(text: string): boolean {
  if (text.length > DATA_MAX_BYTES) return true;
  // No unit of UTF-16 takes more than three bytes.
  if (text.length * 3 <= DATA_MAX_BYTES) return false;
  let bytes = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code < 0x80) bytes += 1;
    else if (code < 0x800 || (code >= 0xd800 && code <= 0xdfff)) bytes += 2;
    else bytes += 3;
  }
  return bytes > DATA_MAX_BYTES;
}

// An error as Lambda's Node runtime writes it (toRapidResponse of aws-lambda-nodejs-runtime-interface-client 3.3).
import type { FunctionError } from '../outcome.ts';

/** Never throws, whatever was thrown. */
export function describeError(error: unknown): FunctionError {
  /** Ours: characters of a message and of a stack. Lambda takes 6 MB for all of the answer. */
  const MAX_CHARACTERS = 262_144;
  const { isNativeError } = process.getBuiltinModule('node:util').types;
  const isText = (value: unknown) => typeof value === 'string' && value !== '';
  const isError = (value: unknown): value is Error => {
    if (isNativeError(value)) return true;
    if (!value) return false;
    const { name, message, stack } = value as Partial<Error>;
    return isText(name) && isText(message) && isText(stack);
  };
  try {
    if (!isError(error)) {
      const text = String((error as object).toString());
      return { errorType: typeof error, errorMessage: text.slice(0, MAX_CHARACTERS), trace: [] };
    }
    return {
      errorType: String(error.name).slice(0, MAX_CHARACTERS),
      errorMessage: String(error.message).slice(0, MAX_CHARACTERS),
      trace: String(error.stack ?? '')
        .slice(0, MAX_CHARACTERS)
        .split('\n'),
    };
  } catch {
    return {
      errorType: 'handled',
      errorMessage:
        'callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack',
    };
  }
}

// The error that a runtime posts, as far as the journal reads it. It is answered as it came.
import type { FunctionError } from '../outcome.ts';

export function parseRuntimeError(payload: string): { readonly error: FunctionError; readonly payload: string } {
  const body = parseObject(payload);
  const { errorType, errorMessage } = body;
  const trace = [body['trace'], body['stackTrace']].find(isTextArray);
  return {
    error: {
      errorType: typeof errorType === 'string' ? errorType : 'Runtime.Unknown',
      errorMessage: typeof errorMessage === 'string' ? errorMessage : payload.slice(0, 1000),
      ...(trace && { trace }),
    },
    payload,
  };
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function isTextArray(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((line) => typeof line === 'string');
}

// A value that is evaluated in a JSONPath state: a path or a call of an intrinsic function. Fields whose names end in
// `.$`, `ErrorPath` and `CausePath` have one.
import type { Json } from '../json.ts';
import { StatesError } from '../states-error.ts';
import type { Call } from './intrinsics/call.ts';
import { evaluateCall } from './intrinsics/evaluate.ts';
import { parseCall } from './intrinsics/parse.ts';
import { NotApplicable, NotFound } from './json-path/failure.ts';
import { parsePath } from './json-path/parse.ts';
import type { Path } from './json-path/path.ts';
import { findPath, requireInput } from './json-path/select-path.ts';
import { remember } from './memory.ts';
import type { Scope } from './scope.ts';
import type { World } from './world.ts';

export type FieldValue =
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'call'; readonly call: Call };

/** @throws SyntaxFault */
export function parseField(text: string): FieldValue {
  return text.startsWith('$') ? { kind: 'path', path: parsePath(text) } : { kind: 'call', call: parseCall(text) };
}

/** Ours: fields that are kept as read. */
const KNOWN_MAX = 2_000;

const knownField = remember(KNOWN_MAX, parseField);

/**
 * @param options `field`: its name, for sentences
 * @throws StatesError
 */
export function evaluateField(text: string, scope: Scope, { field, world }: { field: string; world: World }): Json {
  const value = knownField(text);
  if (value.kind === 'call') return evaluateCall(value.call, scope, world);
  requireInput(value.path, scope);
  try {
    return findPath(value.path, scope) ?? null;
  } catch (error) {
    if (error instanceof NotApplicable)
      throw new StatesError('States.Runtime', `Invalid path '${text}' : ${error.message}`);
    if (!(error instanceof NotFound)) throw error;
    // Source: recorded on AWS (LocalStack, tests/aws/services/stepfunctions/v2/base).
    const searched = value.path.root.kind === 'context' ? scope.context : scope.input;
    throw new StatesError(
      'States.Runtime',
      `The JSONPath '${text}' specified for the field '${field}' could not be found in the input '${JSON.stringify(searched)}'`,
    );
  }
}

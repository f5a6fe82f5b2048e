// `ResultPath`: where the result of a state goes in its raw input.
//
//   $.order.receipt of {"order":{"id":1}}  →  {"order":{"id":1,"receipt":…}}
//   $ of anything                          →  the result
import { isArray, isObject, type Json } from '../json.ts';
import { StatesError } from '../states-error.ts';
import { parsePath } from './json-path/parse.ts';
import type { Step } from './json-path/path.ts';
import { remember } from './memory.ts';

const knownPath = remember(1_000, parsePath);

/**
 * Missing objects on the way are made. The definition check lets through reference paths from `$` only.
 * @throws StatesError `States.ResultPathMatchFailure` where something else than an object is in the way
 */
export function placeResult(path: string, input: Json, result: Json): Json {
  return place(knownPath(path).steps, input, { path, input, result });
}

interface Request {
  readonly path: string;
  readonly input: Json;
  readonly result: Json;
}

function place([step, ...rest]: readonly Step[], target: Json | undefined, request: Request): Json {
  if (step === undefined) return request.result;
  if (step.kind === 'index' && isArray(target) && step.index >= 0 && step.index < target.length) {
    return target.with(step.index, place(rest, target[step.index], request));
  }
  if (step.kind === 'names' && (isObject(target) || target === undefined)) {
    const [name = ''] = step.names;
    const below = isObject(target) && Object.hasOwn(target, name) ? target[name] : undefined;
    return Object.fromEntries([...Object.entries(target ?? {}), [name, place(rest, below, request)]]);
  }
  throw new StatesError(
    'States.ResultPathMatchFailure',
    `Unable to apply ReferencePath ${request.path} to input ${JSON.stringify(request.input)}`,
  );
}

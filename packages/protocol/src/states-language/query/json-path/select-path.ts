// Paths in the fields of a state: `InputPath`, `ItemsPath`, `SecondsPath` …
import type { Json } from '../../json.ts';
import { StatesError } from '../../states-error.ts';
import { remember } from '../memory.ts';
import type { Scope } from '../scope.ts';
import { NotApplicable, NotFound } from './failure.ts';
import { parsePath } from './parse.ts';
import type { Path } from './path.ts';
import { type Found, select } from './select.ts';

/** Ours: paths that are kept as read. */
const KNOWN_MAX = 2_000;

const knownPath = remember(KNOWN_MAX, parsePath);

/**
 * What a path selects: `$…` of the input, `$$…` of the context object, `$name…` of a variable.
 * @throws StatesError `States.Runtime`; SyntaxFault when `text` is no path, which the definition check refuses before
 */
export function selectPath(text: string, scope: Scope): Json {
  const path = knownPath(text);
  if (text !== '$') requireInput(path, scope);
  try {
    return findPath(path, scope) ?? null;
  } catch (error) {
    if (!(error instanceof NotFound) && !(error instanceof NotApplicable)) throw error;
    // Source: recorded on AWS (LocalStack, tests/aws/services/stepfunctions/v2/scenarios/test_base_scenarios).
    throw new StatesError('States.Runtime', `Invalid path '${text}' : ${error.message}`);
  }
}

/**
 * Paths cannot be applied to an input that is null, as the result of a Lambda function is that returns nothing.
 *
 * Source: reports of failed executions (stackoverflow.com, "AWS Step function parameters are not moving to the next
 * step").
 */
export function requireInput({ root }: Path, scope: Scope): void {
  if (root.kind === 'input' && scope.input === null) {
    throw new StatesError('States.Runtime', 'Unable to apply Path transformation to null or empty input.');
  }
}

/**
 * What a path selects; `undefined` for an index behind the end.
 * @throws NotFound, NotApplicable
 */
export function findText(text: string, scope: Scope): Found {
  return findPath(knownPath(text), scope);
}

/** @throws NotFound, NotApplicable */
export function findPath(path: Path, scope: Scope): Found {
  return select(path, documentOf(path, scope));
}

function documentOf({ root, text }: Path, scope: Scope): Json {
  switch (root.kind) {
    case 'context':
      return scope.context;
    case 'variable':
      if (!Object.hasOwn(scope.variables, root.name)) throw new NotFound(`No results for path: ${text}`);
      return scope.variables[root.name] ?? null;
    default:
      return scope.input;
  }
}

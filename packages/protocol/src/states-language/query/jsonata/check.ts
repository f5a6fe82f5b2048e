// What is wrong with an expression before it runs, in the words with which AWS refuses a definition: it does not parse,
// or it looks for what is not there. There is no root document, so a name at the top level finds nothing ever.
//
// Source: measured with ValidateStateMachineDefinition by a third party (Floci,
// StepFunctionsValidateStateMachineDefinitionIntegrationTest, docs/services/step-functions.md).
import type { Node } from './node.ts';
import { parseExpression } from './parse.ts';
import { isNode } from './tree.ts';

export interface ExpressionFault {
  readonly code: 'INVALID_JSONATA_EXPRESSION' | 'UNSUPPORTED_JSONATA_EXPRESSION';
  readonly message: string;
}

/** Members of `$states` that are not everywhere. */
export type StatesMember = 'result' | 'errorOutput';

/**
 * @param inside what is between `{%` and `%}`
 * @param members those that there are where the expression stands: `result` in a Task's, `errorOutput` in a catcher
 */
export async function checkExpression(
  inside: string,
  members: readonly StatesMember[],
): Promise<readonly ExpressionFault[]> {
  let root: Node;
  try {
    root = (await parseExpression(inside)).tree.root;
  } catch (error) {
    return [{ code: 'INVALID_JSONATA_EXPRESSION', message: error instanceof Error ? error.message : messageOf(error) }];
  }
  const messages = new Set<string>();
  look(root, true, { members: ['input', 'context', ...members], messages });
  return [...messages].map((message) => ({ code: 'UNSUPPORTED_JSONATA_EXPRESSION', message }));
}

/** The library throws plain objects. */
function messageOf(error: unknown): string {
  return String((error as { message?: unknown }).message);
}

interface Finding {
  readonly members: readonly string[];
  readonly messages: Set<string>;
}

/** What is evaluated for each item of something, and not where its expression stands. */
const INNER: ReadonlySet<string> = new Set(['predicate', 'stages', 'group', 'pattern', 'update', 'delete', 'terms']);

/** @param isTop whether what the node looks at is the document that there is not */
function look(node: Node, isTop: boolean, finding: Finding): void {
  const { type, value, steps } = node;
  if (type === 'name' && isTop) {
    finding.messages.add(`Reference to '${String(value)}' at the top level is not supported.`);
  }
  if (type === 'variable' && value === '$') finding.messages.add("Reference to '$$' is not supported.");
  if (steps !== undefined) lookAtStates(steps, finding);
  steps?.forEach((step, index) => {
    look(step, isTop && index === 0, finding);
  });
  for (const [name, part] of Object.entries(node)) {
    if (name !== 'steps') lookInside(part, isTop && !INNER.has(name), finding);
  }
}

function lookInside(part: unknown, isTop: boolean, finding: Finding): void {
  if (isNode(part)) look(part, isTop, finding);
  else if (Array.isArray(part)) for (const each of part) lookInside(each, isTop, finding);
  else if (typeof part === 'object' && part !== null && !(part instanceof RegExp)) {
    for (const each of Object.values(part)) lookInside(each, isTop, finding);
  }
}

function lookAtStates([first, second]: readonly Node[], { members, messages }: Finding): void {
  if (first?.type !== 'variable' || first.value !== 'states' || second?.type !== 'name') return;
  const name = String(second.value);
  if (!members.includes(name)) messages.add(`Field '$states.${name}' does not exist.`);
}

// Which variables the states of a machine read, as DescribeStateMachine tells it.
//
// Source: recorded on AWS (LocalStack, test_sfn_api_variable_references): by state, sorted, those of nested states
// under their own names.
import { parseField } from '../query/field.ts';
import type { Argument, Call } from '../query/intrinsics/call.ts';
import type { Operand, Path } from '../query/json-path/path.ts';
import { SyntaxFault } from '../query/reading.ts';
import type { Block, State, StateMachine } from './definition.ts';
import { expressionVariables } from './expression-variables.ts';

export function variableReferences(machine: StateMachine): Record<string, string[]> {
  return Object.fromEntries(
    statesOf(machine)
      .map(([name, state]) => [name, [...new Set(referencesOf(state))].toSorted()] as const)
      .filter(([, names]) => names.length > 0),
  );
}

function statesOf(block: Block): [string, State][] {
  return Object.entries(block.States).flatMap(([name, state]) => [[name, state], ...blocksOf(state).flatMap(statesOf)]);
}

function blocksOf(state: State): readonly Block[] {
  if (state.Type === 'Parallel') return state.Branches;
  return state.Type === 'Map' ? [state.ItemProcessor] : [];
}

function referencesOf(state: State): readonly string[] {
  const {
    Branches: _branches,
    ItemProcessor: _processor,
    Result: _result,
    Comment: _comment,
    ...fields
  } = {
    Branches: undefined,
    ItemProcessor: undefined,
    Result: undefined,
    ...state,
  };
  return state.QueryLanguage === 'JSONata' ? inExpressions(fields) : inPaths(fields, false);
}

function inExpressions(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.startsWith('{%') ? expressionVariables(value.slice(2, -2)) : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(inExpressions) : [];
}

const TEMPLATES = new Set(['Parameters', 'ResultSelector', 'ItemSelector', 'Assign', 'Credentials', 'BatchInput']);

/** Paths stand in `Variable`, in fields whose name ends in `Path`, and in templates behind `.$`. */
function inPaths(value: unknown, isTemplate: boolean): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item) => inPaths(item, isTemplate));
  return Object.entries(value).flatMap(([name, member]) => {
    const isPath = isTemplate ? name.endsWith('.$') : name === 'Variable' || name.endsWith('Path');
    return isPath && typeof member === 'string' ? inField(member) : inPaths(member, isTemplate || TEMPLATES.has(name));
  });
}

function inField(text: string): readonly string[] {
  try {
    const field = parseField(text);
    return field.kind === 'path' ? inPath(field.path) : inCall(field.call);
  } catch (error) {
    if (error instanceof SyntaxFault) return [];
    throw error;
  }
}

function inPath({ root, steps }: Path): readonly string[] {
  const own = root.kind === 'variable' ? [root.name] : [];
  const filters = steps.flatMap((step) => (step.kind === 'filter' ? step.filter.flat() : []));
  return [
    ...own,
    ...filters.flatMap((each) =>
      each.kind === 'exists' ? inPath(each.path) : [...inOperand(each.left), ...inOperand(each.right)],
    ),
  ];
}

function inOperand(operand: Operand): readonly string[] {
  return operand.kind === 'path' ? inPath(operand.path) : [];
}

function inCall({ args }: Call): readonly string[] {
  return args.flatMap(inArgument);
}

function inArgument(argument: Argument): readonly string[] {
  if (argument.kind === 'path') return inPath(argument.path);
  return argument.kind === 'call' ? inCall(argument.call) : [];
}

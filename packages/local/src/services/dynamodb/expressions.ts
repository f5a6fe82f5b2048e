// What requests have in common that bring expressions: their placeholders, and what may not stand beside them.
import type { AttributeValue } from '@earwitness/protocol/internal/aws/models/dynamodb.types';
import { Placeholders } from '@earwitness/protocol/internal/dynamodb/expression/placeholders';
import { invalid, refuseLegacy } from './refusals.ts';

export interface WithPlaceholders {
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined;
  readonly ExpressionAttributeValues?: Readonly<Record<string, AttributeValue>> | undefined;
}

export interface ExpressionUse {
  /** The expressions that the operation takes, by name. */
  readonly expressions: Readonly<Record<string, string | undefined>>;
  /** Names of its legacy parameters. */
  readonly legacy?: readonly string[];
  /** See `PlanOptions`. */
  readonly layer?: 'new' | 'old';
}

/** @throws ValidationException */
export function readPlaceholders(
  input: WithPlaceholders,
  { expressions, legacy = [], layer = 'new' }: ExpressionUse,
): Placeholders {
  const given = Object.keys(expressions).filter((name) => expressions[name] !== undefined);
  const { ExpressionAttributeNames: names, ExpressionAttributeValues: values } = input;
  const old = legacy.filter((name) => input[name as keyof typeof input] !== undefined);
  const beside = [
    ...given,
    ...(names ? ['ExpressionAttributeNames'] : []),
    ...(values ? ['ExpressionAttributeValues'] : []),
  ];
  if (old.length > 0 && beside.length > 0) {
    throw invalid(
      `Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {${old.join(', ')}} Expression parameters: {${(given.length > 0 ? given : beside).join(', ')}}`,
    );
  }
  refuseLegacy(input, legacy);
  if (given.length === 0 && names) throw onlyWith('ExpressionAttributeNames');
  if (given.length === 0 && values) {
    throw onlyWith('ExpressionAttributeValues', layer === 'old' ? Object.keys(expressions) : []);
  }
  return new Placeholders({ names, values, layer });
}

function onlyWith(what: string, expressions: readonly string[] = []) {
  const [first, ...others] = expressions;
  const nothing =
    first === undefined ? '' : `: ${[first, ...others].join(' and ')} ${others.length > 0 ? 'are' : 'is'} null`;
  return invalid(`${what} can only be specified when using expressions${nothing}`);
}

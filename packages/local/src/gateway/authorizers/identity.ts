// Who a caller says to be: the values of a request that an authorizer is asked about. Without all of them nobody is
// asked. Sources: API Gateway API reference, CreateAuthorizer, identitySource (REST); developer guide, "Working with
// AWS Lambda authorizers for HTTP APIs", Identity sources.
import { ExpressionRefusal } from '@earwitness/protocol/internal/regular-expression/refusal';
import { type MatchedRequest, parameterValue } from '../services/parameter-value.ts';
import type { FunctionAuthorizer } from './deployed-authorizer.ts';

/**
 * The caller's values, or why the caller has none that count, or why nobody can say. What they are is a secret: no
 * reason says it.
 */
export type Identity =
  | { readonly kind: 'known'; readonly values: readonly string[] }
  | { readonly kind: 'unknown' | 'undecided'; readonly why: string };

export async function readIdentity(
  matched: MatchedRequest,
  { sources, expression }: Pick<FunctionAuthorizer, 'sources' | 'expression'>,
): Promise<Identity> {
  const values = sources.map((source) => parameterValue(source, matched) ?? '');
  const missing = sources.find((_, index) => values[index] === '');
  if (missing !== undefined) return { kind: 'unknown', why: `the request has no ${missing}` };
  if (expression === undefined) return { kind: 'known', values };
  const { createWholeMatch } = await import('@earwitness/protocol/internal/regular-expression/whole-match');
  try {
    if (createWholeMatch()(expression, values.join(','))) return { kind: 'known', values };
    return { kind: 'unknown', why: `${sources.join(', ')} does not match ${expression}` };
  } catch (error) {
    if (!(error instanceof ExpressionRefusal)) throw error;
    return { kind: 'undecided', why: `its expression ${expression} is not run here: ${error.message}` };
  }
}

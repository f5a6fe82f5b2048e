// The ways to name a function: `orders`, `orders:live`, `000000000000:function:orders`, a whole ARN, with or without a
// qualifier.
import { formatArn, parseArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';

export interface FunctionName {
  readonly account: string;
  readonly region: string;
  readonly name: string;
  /** A version or an alias; absent: $LATEST. */
  readonly qualifier?: string;
}

interface Place {
  readonly account: string;
  readonly region: string;
}

/** @throws ServiceError `InvalidParameterValueException` when name and `qualifier` contradict each other. */
export function parseFunctionName(text: string, place: Place, qualifier?: string): FunctionName {
  const arn = parseArn(text);
  const where = { account: arn?.account ?? place.account, region: arn?.region ?? place.region };
  const parts = (arn?.resource ?? text).split(':');
  const start = parts.indexOf('function');
  if (!arn && start > 0 && parts[start - 1]) where.account = parts[start - 1] ?? where.account;
  const [name = '', own] = start >= 0 ? parts.slice(start + 1) : parts;
  if (own !== undefined && qualifier !== undefined && own !== qualifier) {
    throw new ServiceError(
      'InvalidParameterValueException',
      'The derived qualifier from the function name does not match the specified qualifier.',
    );
  }
  const chosen = qualifier ?? own;
  return { ...where, name, ...(chosen !== undefined && chosen !== '$LATEST' && { qualifier: chosen }) };
}

/** `arn:aws:lambda:REGION:ACCOUNT:function:NAME[:QUALIFIER]` */
export function formatFunctionArn({ account, region, name, qualifier }: FunctionName): string {
  const suffix = qualifier === undefined ? '' : `:${qualifier}`;
  return formatArn({ service: 'lambda', region, account, resource: `function:${name}${suffix}` });
}

// Who makes a custom resource: the property `ServiceToken`, a function, or a topic.
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Dispatch } from '../../../dispatch.ts';
import type { Platform } from '../../../platform.ts';
import type { Finding } from '../../../resources/finding.ts';
import type { Beside, Properties, ResourcePlace } from '../../../resources/resource.ts';

export interface ServiceToken {
  readonly kind: 'function' | 'topic';
  readonly arn: string;
}

/** @throws ServiceError `ValidationError` */
export function parseServiceToken(token: unknown): ServiceToken {
  const service = typeof token === 'string' ? parseArn(token)?.service : undefined;
  if (typeof token === 'string' && service === 'lambda') return { kind: 'function', arn: token };
  if (typeof token === 'string' && service === 'sns') return { kind: 'topic', arn: token };
  throw new ServiceError('ValidationError', 'Invalid service token: it is the ARN of a function or of a topic.');
}

export function whyTopicStandsIn({ arn }: ServiceToken): string {
  return `there is no topic ${arn} here`;
}

export function whyFunctionStandsIn({ arn }: ServiceToken): string {
  return `there is no function ${arn} here`;
}

/** What can be said of the token before anything is made. */
export async function examineServiceToken(
  { dispatch }: Pick<Platform, 'dispatch'>,
  { ServiceToken: given }: Properties,
  { type, ...place }: ResourcePlace & Beside & { readonly type: string },
): Promise<Finding[]> {
  const path = ['ServiceToken'];
  const token = tokenOf(given);
  if ('message' in token) return [{ kind: 'refused', path, message: token.message }];
  const ask = token.kind === 'topic' ? whyNoTopic : whyNotAsked;
  const why = await ask(dispatch, token, place);
  if (why === undefined) return [];
  if (!place.standIns.allows(type)) return [{ kind: 'refused', path, message: `${type} cannot be made: ${why}` }];
  return [{ kind: 'stands in', path, why, means: 'the resource is made with an id and attributes of a guessed form' }];
}

function tokenOf(given: unknown): ServiceToken | { readonly message: string } {
  try {
    return parseServiceToken(given);
  } catch (error) {
    if (error instanceof ServiceError) return { message: error.message };
    throw error;
  }
}

/** The topic is the template's own, or is there already; else why it is not asked. */
async function whyNoTopic(
  dispatch: Dispatch,
  token: ServiceToken,
  place: ResourcePlace & Beside,
): Promise<string | undefined> {
  if (place.declared(token.arn)) return undefined;
  try {
    await dispatch.call('sns', 'GetTopicAttributes', { TopicArn: token.arn }, place.call);
    return undefined;
  } catch (error) {
    if (error instanceof ServiceError) return whyTopicStandsIn(token);
    throw error;
  }
}

/** The function is the template's own and runs, or is there already; else why it is not asked. */
async function whyNotAsked(
  dispatch: Dispatch,
  token: ServiceToken,
  place: ResourcePlace & Beside,
): Promise<string | undefined> {
  const [, name = ''] = parseArn(token.arn)?.resource.split(':') ?? [];
  const own = place.declared(name);
  if (own) {
    const found = await dispatch.resourceType(own.type)?.examine?.(own.properties, place);
    const standIn = found?.find((finding) => finding.kind === 'stands in' && finding.isWhole);
    return standIn?.kind === 'stands in' ? `its function stands in: ${standIn.why}` : undefined;
  }
  try {
    await dispatch.call('lambda', 'GetFunction', { FunctionName: token.arn }, place.call);
    return undefined;
  } catch (error) {
    if (error instanceof ServiceError) return whyFunctionStandsIn(token);
    throw error;
  }
}

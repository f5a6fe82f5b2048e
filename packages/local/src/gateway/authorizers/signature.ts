// Who signed a request (AWS_IAM). As everywhere here, any credentials work: the signature itself is not verified; whose
// key it is, until when it is good and what it is for, is. Roles are held to their policies, users are not. Sources:
// API Gateway developer guide, "Control access to a REST API with IAM permissions" and "Control access to HTTP APIs
// with IAM authorization"; IAM user guide, "Elements of an AWS API request signature".
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { type Caller, createCallerFinder } from '../../permissions/credentials.ts';
import type { Platform } from '../../platform.ts';
import { executeApiArn } from '../caller.ts';
import { type GatewayRequest, headerOf, parseQuery, type Signer } from '../request.ts';
import type { MatchedRequest } from '../services/parameter-value.ts';
import type { SignatureRefusal } from './refusal.ts';

export type Signed =
  | { readonly kind: 'signed'; readonly signer: Signer }
  /** `message`: what AWS answers a REST API's caller with. */
  | {
      readonly kind: 'refused';
      readonly refusal: SignatureRefusal;
      readonly reason: string;
      readonly message?: string;
    };

export function createSignatureReader(platform: Platform): (matched: MatchedRequest) => Promise<Signed> {
  const findCaller = createCallerFinder(platform);

  return async ({ stage, request }) => {
    const credential = credentialOf(request);
    if (!credential) return { kind: 'refused', refusal: 'not signed', reason: 'the request is not signed (AWS_IAM)' };
    const { accessKey, region, service } = credential;
    if (service !== 'execute-api' || region !== stage.region) {
      const message =
        service === 'execute-api'
          ? 'Credential should be scoped to a valid region. '
          : "Credential should be scoped to correct service: 'execute-api'. ";
      const reason = `the request is signed for ${service} in ${region}, not for execute-api in ${stage.region}`;
      return { kind: 'refused', refusal: 'wrong signature', message, reason };
    }
    const account = /^\d{12}$/.test(accessKey) ? accessKey : stage.account;
    let caller: Caller;
    try {
      caller = findCaller({ accessKey, account, region });
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      return { kind: 'refused', refusal: 'expired', message: error.message, reason: error.message };
    }
    const resource = executeApiArn(stage, `${stage.stage}/${request.method}${request.path}`);
    const isHeld = caller.principal.kind === 'role' && caller.account === stage.account;
    const { requestId, traceId } = request;
    const asked = { action: 'execute-api:Invoke', resource, owner: stage.account };
    const denied = isHeld ? await platform.access.findRefusal({ ...caller, requestId, traceId }, asked) : undefined;
    if (denied === undefined) return { kind: 'signed', signer: await describe(platform, accessKey, caller) };
    // The account's number is hidden but for its end, in this place only.
    const message = denied.replace(resource, resource.replace(/:\d{8}(\d{4}):/, ':********$1:'));
    return { kind: 'refused', refusal: 'denied', message, reason: denied };
  };
}

async function describe({ dispatch, ids }: Platform, accessKey: string, caller: Caller): Promise<Signer> {
  const { account: accountId, principal } = caller;
  const known = dispatch.service('sts')
    ? await dispatch.call('sts', 'GetCallerIdentity', {}, { ...caller, requestId: ids.uuid() })
    : undefined;
  const ownArn = principal.kind === 'service' ? '' : principal.arn;
  return { accessKey, accountId, principal, userArn: known?.Arn ?? ownArn, userId: known?.UserId ?? accountId };
}

/** `KEY/20261122/eu-west-1/execute-api/aws4_request`, in the header or in the query. */
function credentialOf(request: GatewayRequest) {
  const header = headerOf(request, 'authorization') ?? '';
  const inHeader = /^AWS4-\S+ .*Credential=([^,\s]+).*Signature=/.exec(header)?.[1];
  const query = parseQuery(request.query);
  const scope = inHeader ?? (query.has('X-Amz-Signature') ? query.get('X-Amz-Credential')?.at(-1) : undefined);
  const [accessKey, , region, service] = scope?.split('/') ?? [];
  return accessKey === undefined || region === undefined || service === undefined
    ? undefined
    : { accessKey, region, service };
}

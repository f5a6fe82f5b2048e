// What API Gateway answers where an authorizer lets nobody in.
import type { GatewayAnswer } from '../answer.ts';
import type { DeployedStage } from '../deployed-stage.ts';
import { type Refusal, writeRefusal } from '../refusal.ts';

/** The caller did not say who it is; a policy denies the call, or does not allow it; nobody can say. */
export type AuthorizerRefusal = 'unauthorized' | 'denied' | 'not allowed' | 'authorizer failed';

/** A request that has to be signed is not, or for something else, or too late, or its role may not call. */
export type SignatureRefusal = 'not signed' | 'wrong signature' | 'expired' | 'denied';

interface AuthorizerAnswer extends Refusal {
  /** Of the body. Default: `message`. */
  readonly member?: 'Message';
}

const UNAUTHORIZED = { status: 401, message: 'Unauthorized' };
const ACCESS_DENIED = {
  status: 403,
  type: 'AccessDeniedException',
  member: 'Message',
  response: 'ACCESS_DENIED',
} as const;
const FORBIDDEN = { status: 403, message: 'Forbidden', type: '' };

/**
 * Sources. REST: sentences, `Message` and headers as AWS sent them in 2025 and 2026 (traces of curl and end-to-end
 * tests in public repositories; the developer guide still has the shorter sentences of before); a function that fails:
 * auth0-samples jwt-rsa-aws-custom-authorizer pull request 6, serverless examples issue 305. HTTP: API Gateway
 * developer guide, "Working with AWS Lambda authorizers for HTTP APIs" and "Troubleshooting issues with HTTP API JWT
 * authorizers".
 */
const REFUSALS: Readonly<Record<DeployedStage['kind'], Readonly<Record<AuthorizerRefusal, AuthorizerAnswer>>>> = {
  rest: {
    unauthorized: { ...UNAUTHORIZED, type: 'UnauthorizedException', response: 'UNAUTHORIZED' },
    denied: {
      ...ACCESS_DENIED,
      message: 'User is not authorized to access this resource with an explicit deny in an identity-based policy',
    },
    'not allowed': {
      ...ACCESS_DENIED,
      message:
        'User is not authorized to access this resource because no identity-based policy allows the execute-api:Invoke action',
    },
    'authorizer failed': {
      status: 500,
      message: null,
      type: 'AuthorizerConfigurationException',
      response: 'AUTHORIZER_CONFIGURATION_ERROR',
    },
  },
  http: {
    unauthorized: { ...UNAUTHORIZED, type: '' },
    denied: FORBIDDEN,
    'not allowed': FORBIDDEN,
    'authorizer failed': { status: 500, message: 'Internal Server Error', type: '' },
  },
};

/**
 * What an HTTP API answers to a token that is not good.
 * @param challenge of `www-authenticate`, without `Bearer`
 */
export function createTokenRefusal(status: 401 | 403, challenge: string): GatewayAnswer {
  const message = status === 401 ? UNAUTHORIZED.message : FORBIDDEN.message;
  const { headers, ...answer } = writeRefusal({ status, message, type: '' }, JSON.stringify({ message }));
  return { ...answer, headers: [...headers, ['www-authenticate', `Bearer${challenge}`]] };
}

/** As for tokens: sources above. HTTP APIs say no more than Forbidden. */
const SIGNATURE_REFUSALS: Readonly<Record<SignatureRefusal, AuthorizerAnswer>> = {
  'not signed': {
    status: 403,
    message: 'Missing Authentication Token',
    type: 'MissingAuthenticationTokenException',
    response: 'MISSING_AUTHENTICATION_TOKEN',
  },
  'wrong signature': {
    status: 403,
    message: null,
    type: 'InvalidSignatureException',
    response: 'INVALID_SIGNATURE',
  },
  expired: { status: 403, message: null, type: 'ExpiredTokenException', response: 'EXPIRED_TOKEN' },
  denied: { ...ACCESS_DENIED, message: null },
};

/** @param message in place of the usual one */
export function createSignatureRefusal(
  kind: DeployedStage['kind'],
  name: SignatureRefusal,
  message?: string,
): GatewayAnswer {
  if (kind === 'http') return writeRefusal(FORBIDDEN, JSON.stringify({ message: FORBIDDEN.message }));
  const usual = SIGNATURE_REFUSALS[name];
  const refusal = { ...usual, message: message ?? usual.message };
  return writeRefusal(refusal, JSON.stringify({ [usual.member ?? 'message']: refusal.message }));
}

export function createAuthorizerRefusal(kind: DeployedStage['kind'], name: AuthorizerRefusal): GatewayAnswer {
  const refusal = REFUSALS[kind][name];
  const { member = 'message', message } = refusal;
  return writeRefusal(refusal, JSON.stringify({ [member]: message }));
}

// What API Gateway answers for itself, in its own words: they differ between REST and HTTP APIs, down to a capital
// letter. Sources: API Gateway developer guide, "Gateway response types" (REST); answers of HTTP APIs as their guide's
// troubleshooting chapter prints them. Function URLs: Lambda developer guide, "Lambda function URLs".
import type { GatewayAnswer } from './answer.ts';
import type { DeployedStage } from './deployed-stage.ts';
import type { ResponseType } from './responses/deployed-response.ts';

/** Who answers: a REST API, an HTTP API, or a function URL. */
export type GatewayKind = DeployedStage['kind'] | 'url';

export type RefusalName =
  | 'no stage'
  | 'no route'
  | 'too large'
  | 'failed'
  | 'malformed'
  | 'undecodable'
  | 'misconfigured'
  | 'too late';

/** What is answered instead. */
export interface Refusal {
  readonly status: number;
  readonly message: string | null;
  /** Of the header `x-amzn-errortype`; empty: there is none. */
  readonly type: string;
  /** By which gateway response a REST API says it otherwise. Left out: there is no other way to say it. */
  readonly response?: ResponseType;
}

const INTERNAL = { status: 500, message: 'Internal server error', type: 'InternalServerErrorException' };

const REFUSALS: Readonly<Record<GatewayKind, Readonly<Record<RefusalName, Refusal>>>> = {
  rest: {
    'no stage': { status: 403, message: 'Forbidden', type: 'ForbiddenException' },
    'no route': {
      status: 403,
      message: 'Missing Authentication Token',
      type: 'MissingAuthenticationTokenException',
      response: 'MISSING_AUTHENTICATION_TOKEN',
    },
    'too large': {
      status: 413,
      message: 'Request Too Long',
      type: 'RequestTooLargeException',
      response: 'REQUEST_TOO_LARGE',
    },
    failed: { ...INTERNAL, status: 502, response: 'DEFAULT_5XX' },
    malformed: { ...INTERNAL, status: 502, response: 'DEFAULT_5XX' },
    undecodable: { ...INTERNAL, response: 'API_CONFIGURATION_ERROR' },
    misconfigured: { ...INTERNAL, response: 'API_CONFIGURATION_ERROR' },
    'too late': {
      ...INTERNAL,
      status: 504,
      message: 'Endpoint request timed out',
      response: 'INTEGRATION_TIMEOUT',
    },
  },
  http: {
    'no stage': { status: 404, message: 'Not Found', type: '' },
    'no route': { status: 404, message: 'Not Found', type: '' },
    'too large': { status: 413, message: 'Request Entity Too Large', type: '' },
    failed: { status: 500, message: 'Internal Server Error', type: '' },
    malformed: { status: 500, message: 'Internal Server Error', type: '' },
    undecodable: { status: 500, message: 'Internal Server Error', type: '' },
    misconfigured: { status: 500, message: 'Internal Server Error', type: '' },
    'too late': { status: 503, message: 'Service Unavailable', type: '' },
  },
  url: {
    'no stage': { status: 404, message: 'Not Found', type: '' },
    'no route': { status: 403, message: 'Forbidden', type: 'AccessDeniedException' },
    'too large': { status: 413, message: 'Request Entity Too Large', type: '' },
    failed: { status: 502, message: 'Internal Server Error', type: '' },
    malformed: { status: 502, message: 'Internal Server Error', type: '' },
    undecodable: { status: 502, message: 'Internal Server Error', type: '' },
    misconfigured: { status: 500, message: 'Internal Server Error', type: '' },
    'too late': { status: 504, message: 'Gateway Timeout', type: '' },
  },
};

export function createRefusal(kind: GatewayKind, name: RefusalName): GatewayAnswer {
  const refusal = REFUSALS[kind][name];
  // Integration failures have a blank behind the colon, as those have in the cloud.
  const blank = kind === 'rest' && refusal.status >= 500 ? ' ' : '';
  return writeRefusal(refusal, `{"message":${blank}${JSON.stringify(refusal.message)}}`);
}

/** What only a REST API refuses. Source: API Gateway developer guide, "Gateway response types". */
const REST_REFUSALS = {
  unreachable: {
    ...INTERNAL,
    status: 504,
    message: 'Network error communicating with endpoint',
    response: 'INTEGRATION_FAILURE',
  },
  'no key': { status: 403, message: 'Forbidden', type: 'ForbiddenException', response: 'INVALID_API_KEY' },
  throttled: { status: 429, message: 'Too Many Requests', type: 'TooManyRequestsException', response: 'THROTTLED' },
  'quota exceeded': {
    status: 429,
    message: 'Limit Exceeded',
    type: 'LimitExceededException',
    response: 'QUOTA_EXCEEDED',
  },
  'unknown media type': {
    status: 415,
    message: 'Unsupported Media Type',
    type: 'BadRequestException',
    response: 'UNSUPPORTED_MEDIA_TYPE',
  },
} as const satisfies Readonly<Record<string, Refusal>>;

export function createRestRefusal(name: keyof typeof REST_REFUSALS): GatewayAnswer {
  const refusal = REST_REFUSALS[name];
  return writeRefusal(refusal, JSON.stringify({ message: refusal.message }));
}

export function writeRefusal({ status, type, message, response }: Refusal, body: string): GatewayAnswer {
  return {
    status,
    ...(response && { refusal: { type: response, message } }),
    headers: [['content-type', 'application/json'], ...(type === '' ? [] : [['x-amzn-errortype', type] as const])],
    body: Buffer.from(body),
  };
}

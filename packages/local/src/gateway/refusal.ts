// What API Gateway answers for itself, in its own words: they differ between REST and HTTP APIs, down to a capital
// letter. Sources: API Gateway developer guide, "Gateway response types" (REST); answers of HTTP APIs as their guide's
// troubleshooting chapter prints them. Function URLs: Lambda developer guide, "Lambda function URLs".
import type { GatewayAnswer } from './answer.ts';
import type { DeployedStage } from './deployed-stage.ts';

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
}

const REFUSALS: Readonly<Record<GatewayKind, Readonly<Record<RefusalName, Refusal>>>> = {
  rest: {
    'no stage': { status: 403, message: 'Forbidden', type: 'ForbiddenException' },
    'no route': {
      status: 403,
      message: 'Missing Authentication Token',
      type: 'MissingAuthenticationTokenException',
    },
    'too large': { status: 413, message: 'Request Too Long', type: 'RequestTooLargeException' },
    failed: { status: 502, message: 'Internal server error', type: 'InternalServerErrorException' },
    malformed: { status: 502, message: 'Internal server error', type: 'InternalServerErrorException' },
    undecodable: { status: 500, message: 'Internal server error', type: 'InternalServerErrorException' },
    misconfigured: { status: 500, message: 'Internal server error', type: 'InternalServerErrorException' },
    'too late': { status: 504, message: 'Endpoint request timed out', type: 'InternalServerErrorException' },
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

export function writeRefusal({ status, type }: Refusal, body: string): GatewayAnswer {
  return {
    status,
    headers: [['content-type', 'application/json'], ...(type === '' ? [] : [['x-amzn-errortype', type] as const])],
    body: Buffer.from(body),
  };
}

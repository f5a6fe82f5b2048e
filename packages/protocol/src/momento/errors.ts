// What a Momento client can meet: each error's name in the SDKs, its gRPC status, its HTTP status, and the `err`
// metadata that tells apart what one status shares. Operations throw; the doors (gRPC, HTTP) turn this into bytes.
import { ServiceError } from '../aws/errors.ts';

/** gRPC status codes. Source: https://grpc.io/docs/guides/status-codes/, read 2026-11-22. */
export const GRPC_STATUS = {
  OK: 0,
  CANCELLED: 1,
  UNKNOWN: 2,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  UNAUTHENTICATED: 16,
} as const;

export type GrpcStatusCode = (typeof GRPC_STATUS)[keyof typeof GRPC_STATUS];

interface MomentoErrorEntry {
  readonly grpc: GrpcStatusCode;
  readonly http: number;
  /** Value of the trailer `err`, by which the SDKs choose their sentence. */
  readonly err?: string;
}

/**
 * The catalogue. gRPC column: the status from which the SDKs make the code of this name
 * (momentohq/client-sdk-javascript, cache-service-error-mapper). HTTP column: the statuses that Momento's HTTP API
 * documents (400, 401, 403, 404, 429, 500).
 */
export const MOMENTO_ERRORS = {
  /** Blank name, malformed request. */
  INVALID_ARGUMENT_ERROR: { grpc: GRPC_STATUS.INVALID_ARGUMENT, http: 400 },
  /** Key missing, not signed by us, or expired. */
  AUTHENTICATION_ERROR: { grpc: GRPC_STATUS.UNAUTHENTICATED, http: 401 },
  /** The caller may not do this, whatever its key. */
  PERMISSION_ERROR: { grpc: GRPC_STATUS.PERMISSION_DENIED, http: 403 },
  /** The cache does not exist, or over HTTP the key. A topic that does not exist is no error. */
  NOT_FOUND_ERROR: { grpc: GRPC_STATUS.NOT_FOUND, http: 404 },
  /** The cache exists already. */
  ALREADY_EXISTS_ERROR: { grpc: GRPC_STATUS.ALREADY_EXISTS, http: 409 },
  /** The message is longer than a topic takes. */
  MESSAGE_SIZE_LIMIT_EXCEEDED: { grpc: GRPC_STATUS.RESOURCE_EXHAUSTED, http: 429, err: 'request_size_limit_exceeded' },
  /** Key and value together are longer than an item may be. */
  ITEM_SIZE_LIMIT_EXCEEDED: { grpc: GRPC_STATUS.RESOURCE_EXHAUSTED, http: 429, err: 'item_size_limit_exceeded' },
  /** The item is not what the operation needs: Increment of a text. */
  FAILED_PRECONDITION_ERROR: { grpc: GRPC_STATUS.FAILED_PRECONDITION, http: 400 },
  /** More concurrent subscriptions than allowed. */
  SUBSCRIPTIONS_LIMIT_EXCEEDED: {
    grpc: GRPC_STATUS.RESOURCE_EXHAUSTED,
    http: 429,
    err: 'topic_subscriptions_limit_exceeded',
  },
  /** We are going down; clients come back by themselves. */
  SERVER_UNAVAILABLE: { grpc: GRPC_STATUS.UNAVAILABLE, http: 503 },
} as const satisfies Record<string, MomentoErrorEntry>;

export type MomentoErrorCode = keyof typeof MOMENTO_ERRORS;

/** The error to throw for a refusal from the catalogue. */
export function momentoError(code: MomentoErrorCode, message: string): ServiceError {
  return new ServiceError(code, message, { status: MOMENTO_ERRORS[code].http });
}

/** The catalogue's entry for an error that `momentoError` made; undefined for any other. */
export function findMomentoError(code: string): MomentoErrorEntry | undefined {
  return Object.hasOwn(MOMENTO_ERRORS, code) ? MOMENTO_ERRORS[code as MomentoErrorCode] : undefined;
}

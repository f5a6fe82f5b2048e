// How a call ends: a gRPC status, as the trailers say it.
import { GRPC_STATUS, type GrpcStatusCode } from '@earwitness/protocol/internal/momento/errors';

export interface GrpcStatus {
  readonly code: GrpcStatusCode;
  readonly message: string;
  /** Further trailers, such as Momento's `err`. Names in lower case, values printable ASCII. */
  readonly metadata?: Readonly<Record<string, string>>;
}

export const OK: GrpcStatus = { code: GRPC_STATUS.OK, message: '' };

export const DEADLINE_EXCEEDED: GrpcStatus = {
  code: GRPC_STATUS.DEADLINE_EXCEEDED,
  message: 'The deadline of the call has passed.',
};

/** Thrown by a method to end its call with this status. */
export class CallRefused extends Error {
  readonly status: GrpcStatus;

  constructor(status: GrpcStatus, options?: ErrorOptions) {
    super(status.message, options);
    this.name = 'CallRefused';
    this.status = status;
  }
}

/** The trailers of a status. */
export function encodeStatus(status: GrpcStatus): Record<string, string> {
  return {
    'grpc-status': String(status.code),
    ...(status.message !== '' && { 'grpc-message': encodeMessage(status.message) }),
    ...status.metadata,
  };
}

/**
 * Percent-encoding of everything outside printable ASCII, and of the percent sign (gRPC over HTTP/2, "Status-Message").
 */
function encodeMessage(message: string): string {
  return message.replace(/[^\x20-\x24\x26-\x7e]+/gu, (part) =>
    [...Buffer.from(part)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  );
}

const UNIT_MS: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1000, m: 1, u: 1e-3, n: 1e-6 };

/** Milliseconds of a `grpc-timeout` header such as `5000m`; undefined when there is none, or none that makes sense. */
export function parseTimeout(header: string | string[] | undefined): number | undefined {
  const match = typeof header === 'string' ? /^(\d{1,8})([HMSmun])$/.exec(header) : null;
  const unitMs = UNIT_MS[match?.[2] ?? ''];
  return match && unitMs !== undefined ? Number(match[1]) * unitMs : undefined;
}

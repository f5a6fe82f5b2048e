// A refusal from the catalogue as each door says it.
import type { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { findMomentoError, GRPC_STATUS } from '@earwitness/protocol/internal/momento/errors';
import type { HttpErrorBody } from '@earwitness/protocol/internal/momento/http';
import type { GrpcStatus } from '../../http/grpc/status.ts';

export function grpcStatusOf(error: ServiceError): GrpcStatus {
  const known = findMomentoError(error.code);
  return {
    code: known?.grpc ?? GRPC_STATUS.UNKNOWN,
    message: error.message,
    ...(known?.err !== undefined && { metadata: { err: known.err } }),
  };
}

export function httpErrorOf(error: ServiceError): { status: number; body: HttpErrorBody } {
  const known = findMomentoError(error.code);
  return {
    status: known?.http ?? 500,
    body: { code: error.code, message: error.message, ...(known?.err !== undefined && { err: known.err }) },
  };
}

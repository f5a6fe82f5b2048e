// What a call asks to be done to it, in its metadata, as the SDKs' tests ask momento-local: fail, take long, break off.
// Source: client-sdk-javascript, experimental-momento-local-test-config-middleware and the converters of
// momento-rpc-method and momento-error-code, read 2026-11-29.
import { GRPC_STATUS, type GrpcStatusCode, momentoError } from '@earwitness/protocol/internal/momento/errors';
import type { RpcCall } from '../../../http/grpc/method.ts';
import { ownEntry } from '../../../own-entry.ts';

type Metadata = RpcCall['metadata'];

/** One thing to be done; without `count`, to every call of this kind. */
interface Turn {
  readonly count?: number;
}

export interface Plan {
  /** Whose calls are counted together; empty: those of everybody who names none. */
  readonly requestId: string;
  readonly delay?: Turn & { readonly delayMs: number };
  readonly error?: Turn & { readonly code: GrpcStatusCode };
  /** After so many messages of the stream. */
  readonly breakOff?: { readonly afterMessages: number; readonly code: GrpcStatusCode };
}

/** Every status by its name in metadata: `permission-denied`. */
const STATUS_OF: Readonly<Record<string, GrpcStatusCode>> = Object.fromEntries(
  Object.entries(GRPC_STATUS).flatMap(([name, code]) =>
    code === 0 ? [] : [[name.toLowerCase().replaceAll('_', '-'), code]],
  ),
);

/** What one of the SDK's two middlewares sends instead for streams: its own code. Source: as above. */
const SDK_CODES: Readonly<Record<string, GrpcStatusCode>> = {
  SERVER_UNAVAILABLE: GRPC_STATUS.UNAVAILABLE,
  NOT_FOUND_ERROR: GRPC_STATUS.NOT_FOUND,
  INTERNAL_SERVER_ERROR: GRPC_STATUS.INTERNAL,
  PERMISSION_ERROR: GRPC_STATUS.PERMISSION_DENIED,
  AUTHENTICATION_ERROR: GRPC_STATUS.UNAUTHENTICATED,
  CANCELLED_ERROR: GRPC_STATUS.CANCELLED,
  LIMIT_EXCEEDED_ERROR: GRPC_STATUS.RESOURCE_EXHAUSTED,
  TIMEOUT_ERROR: GRPC_STATUS.DEADLINE_EXCEEDED,
  INVALID_ARGUMENT_ERROR: GRPC_STATUS.INVALID_ARGUMENT,
  FAILED_PRECONDITION_ERROR: GRPC_STATUS.FAILED_PRECONDITION,
};

/**
 * The plan of a call of the method with these names; undefined when nothing is asked of it.
 * @throws INVALID_ARGUMENT_ERROR for a value that is none
 */
export function planOf(names: readonly string[], metadata: Metadata): Plan | undefined {
  const asks = (list: string) => {
    const asked = metadata[list];
    return typeof asked === 'string' && asked.split(/[\s,]+/).some((name) => names.includes(name));
  };
  const isDelayed = asks('delay-rpcs');
  const fails = asks('error-rpcs');
  const breaksOff = asks('stream-error-rpcs');
  if (!isDelayed && !fails && !breaksOff) return undefined;
  const requestId = metadata['request-id'];
  return {
    requestId: typeof requestId === 'string' ? requestId : '',
    ...(isDelayed && {
      delay: { delayMs: readNumber(metadata, 'delay-ms') ?? 0, ...readCount(metadata, 'delay-count') },
    }),
    ...(fails && { error: { code: readStatus(metadata, 'return-error'), ...readCount(metadata, 'error-count') } }),
    ...(breaksOff && {
      breakOff: {
        afterMessages: readNumber(metadata, 'stream-error-message-limit') ?? 0,
        code: readStatus(metadata, 'stream-error'),
      },
    }),
  };
}

/** What a method is called in metadata: `topic-publish`, `get-with-hash`. */
export function namesOf(path: string): readonly string[] {
  const [, service = '', method = ''] = path.split('/');
  const name = method.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
  if (service.endsWith('.Pubsub')) return [`topic-${name}`];
  // The SDK calls it so, too.
  return name === 'set-if-not-exists' ? [name, 'set-if'] : [name];
}

function readCount(metadata: Metadata, name: string): Turn {
  const count = readNumber(metadata, name);
  return count === undefined ? {} : { count };
}

function readNumber(metadata: Metadata, name: string): number | undefined {
  const text = metadata[name];
  if (text === undefined) return undefined;
  if (typeof text === 'string' && /^\d{1,8}$/.test(text)) return Number(text);
  throw refused(name, text, 'a whole number');
}

function readStatus(metadata: Metadata, name: string): GrpcStatusCode {
  const text = metadata[name];
  const code = typeof text === 'string' ? (ownEntry(STATUS_OF, text) ?? ownEntry(SDK_CODES, text)) : undefined;
  if (code === undefined) throw refused(name, text, Object.keys(STATUS_OF).join(', '));
  return code;
}

function refused(name: string, text: string | string[] | undefined, expected: string) {
  return momentoError(
    'INVALID_ARGUMENT_ERROR',
    `The metadata ${name} is ${JSON.stringify(text) ?? 'missing'}; expected is ${expected}.`,
  );
}

// What happens to a call once a door has its request: find the method, run it, end with one status. The same for every
// door.
import { GRPC_STATUS } from '@earwitness/protocol/internal/momento/errors';
import { isUnavailable } from '../../backbone/unavailable.ts';
import type { Journal } from '../../journal/journal.ts';
import type { RpcCall, RpcMethod, RpcOutlet } from './method.ts';
import { CallRefused, type GrpcStatus, OK } from './status.ts';

export interface RpcCalls {
  /** Answers a call through its outlet, or, if it is a stream, opens it. Never rejects. */
  answer(path: string, call: RpcCall & { readonly request: Uint8Array }, outlet: RpcOutlet): Promise<void>;
}

export interface CallsOptions {
  /** Called once, with the first call: the protobuf runtime is not loaded for who never speaks gRPC. */
  readonly loadMethods: () => Promise<readonly RpcMethod[]>;
  /** The status of an error that a method threw on purpose; undefined for any other, which is our fault. */
  readonly statusOf: (error: unknown) => GrpcStatus | undefined;
  readonly journal: Journal;
}

export function createCalls({ loadMethods, statusOf, journal }: CallsOptions): RpcCalls {
  let loading: Promise<ReadonlyMap<string, RpcMethod>> | undefined;

  async function find(path: string): Promise<RpcMethod> {
    loading ??= loadMethods().then((methods) => new Map(methods.map((method) => [method.path, method])));
    const method = (await loading).get(path);
    if (method) return method;
    const message = `Earwitness does not serve the method ${path}.`;
    throw new CallRefused({ code: GRPC_STATUS.UNIMPLEMENTED, message });
  }

  // What was not thrown on purpose goes into the journal.
  function fault(error: unknown, path: string): GrpcStatus {
    return { code: GRPC_STATUS.INTERNAL, message: `Earwitness failed: ${journal.fault(path, error)}` };
  }

  return {
    async answer(path, call, outlet) {
      try {
        const method = await find(path);
        if (method.kind === 'server stream') return await method.open(call.request, call, outlet);
        outlet.send(await method.run(call.request, call));
        outlet.end(OK);
      } catch (error) {
        if (error instanceof CallRefused) outlet.end(error.status);
        else if (isUnavailable(error)) outlet.end({ code: GRPC_STATUS.UNAVAILABLE, message: error.message });
        else outlet.end(statusOf(error) ?? fault(error, path));
      }
    },
  };
}

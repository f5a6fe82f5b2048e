// What a gRPC method is to the doors (gRPC over HTTP/2, gRPC-web over anything): a path, and what it does with one
// request message. Client streams do not exist here; nothing we serve has them.
import type { IncomingHttpHeaders } from 'node:http';
import {
  create,
  type DescMessage,
  type DescMethodServerStreaming,
  type DescMethodUnary,
  fromBinary,
  type MessageInitShape,
  type MessageShape,
  toBinary,
} from '@bufbuild/protobuf';
import { GRPC_STATUS } from '@earwitness/protocol/internal/momento/errors';
import { encodeFrame } from './frame.ts';
import { CallRefused, type GrpcStatus } from './status.ts';

/** Who calls, and how. */
export interface RpcCall {
  readonly metadata: IncomingHttpHeaders;
  /** The connection is encrypted. */
  readonly secure: boolean;
}

/** The answering half of a server stream. */
export interface RpcOutlet {
  /** Sends a framed message. False: the reader is behind, send no more until it is ready again. */
  send(frame: Uint8Array): boolean;
  /** Ends the stream, once. */
  end(status: GrpcStatus): void;
  /** Calls `listener` each time the reader has caught up after `send` answered false. */
  onReady(listener: () => void): void;
  /** Calls `listener` once when the stream is over, with the reason in words; at once when it is over already. */
  onClose(listener: (reason: string) => void): void;
}

export type RpcMethod =
  | {
      readonly kind: 'unary';
      readonly path: string;
      /** Bytes of the request message in, framed bytes of the answer out. */
      run(request: Uint8Array, call: RpcCall): Promise<Uint8Array>;
    }
  | {
      readonly kind: 'server stream';
      readonly path: string;
      open(request: Uint8Array, call: RpcCall, outlet: RpcOutlet): Promise<void>;
    };

/** A method with one answer. Refusals are thrown; the door's owner knows which status they mean. */
export function unary<I extends DescMessage, O extends DescMessage>(
  method: DescMethodUnary<I, O>,
  run: (request: MessageShape<I>, call: RpcCall) => Promise<MessageInitShape<O>>,
): RpcMethod {
  return {
    kind: 'unary',
    path: pathOf(method),
    async run(request, call) {
      const output = await run(parse(method.input, request), call);
      return encode(method.output, output);
    },
  };
}

/** A method that goes on answering until one side ends it. What it throws before it sent anything is a refusal. */
export function serverStream<I extends DescMessage, O extends DescMessage>(
  method: DescMethodServerStreaming<I, O>,
  open: (request: MessageShape<I>, call: RpcCall, outlet: RpcOutlet) => Promise<void>,
): RpcMethod {
  return {
    kind: 'server stream',
    path: pathOf(method),
    open: (request, call, outlet) => open(parse(method.input, request), call, outlet),
  };
}

/** A message, framed, ready for any number of streams. */
export function encode<M extends DescMessage>(schema: M, message: MessageInitShape<M>): Buffer {
  return encodeFrame(toBinary(schema, create(schema, message)));
}

function parse<M extends DescMessage>(schema: M, bytes: Uint8Array): MessageShape<M> {
  try {
    return fromBinary(schema, bytes);
  } catch (error) {
    throw new CallRefused(
      { code: GRPC_STATUS.INVALID_ARGUMENT, message: `The request is not a ${schema.typeName} message.` },
      { cause: error },
    );
  }
}

function pathOf(method: { readonly parent: { readonly typeName: string }; readonly name: string }): string {
  return `/${method.parent.typeName}/${method.name}`;
}

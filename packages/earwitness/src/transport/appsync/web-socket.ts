// A WebSocket: Node's own (22 and newer), or that of the package `ws`, which the project has to install on Node 20.
// Both have the browser's interface; the part that is used is declared here.
import { TransportError } from '../../hearing/transport.ts';

/** The part of a WebSocket that is used. */
export interface Socket {
  readonly readyState: number;
  send(text: string): void;
  close(): void;
  addEventListener(type: 'open' | 'message' | 'error' | 'close', listener: (event: SocketEvent) => void): void;
}

/** What an event of a socket may carry, of any kind. */
export interface SocketEvent {
  readonly data?: unknown;
  readonly message?: string;
  readonly code?: number;
  readonly reason?: string;
}

/** A constructor like the browser's. */
export type SocketMaker = new (url: string, protocols: readonly string[]) => Socket;

/** @throws TransportError when this Node has no WebSocket and `ws` is not installed */
export async function loadWebSocket(own: unknown = Reflect.get(globalThis, 'WebSocket')): Promise<SocketMaker> {
  if (typeof own === 'function') return own as SocketMaker;
  try {
    const { WebSocket } = await import('ws');
    return WebSocket as unknown as SocketMaker;
  } catch (cause) {
    throw new TransportError(
      `Node ${process.versions.node} has no WebSocket of its own: npm install -D ws, or run the tests on Node 22 or newer`,
      { cause },
    );
  }
}

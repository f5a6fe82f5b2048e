// CONNECT: how gRPC clients in Node reach names that this machine does not resolve. Momento's v1 and v2 keys make their
// clients call `cache.localhost`; with `grpc_proxy` set to our plain port they ask us for that name, and the connection
// becomes one of our own. `grpc_proxy` holds for every gRPC client of a program, so other hosts are passed on to, for
// programs of this machine alone: for anybody else this would be an open proxy. A web page cannot send CONNECT at all
// (Fetch standard, "forbidden method", read 2026-11-29).
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Journal } from '../../journal/journal.ts';
import type { Guard } from '../guard.ts';
import { dial } from './dial.ts';
import type { NextProxy } from './next-proxy.ts';
import { formatTarget, parseTarget, type Target } from './target.ts';

export interface ConnectOptions {
  readonly guard: Guard;
  /** Takes a connection to a port of ours; `undefined` for a port that is none. */
  readonly ownPort: (port: number) => ((socket: Socket) => void) | undefined;
  /** Told of every connection that is opened. */
  readonly track: (socket: Socket) => void;
  /** How other hosts are reached; absent: directly. */
  readonly nextProxy?: NextProxy | undefined;
  readonly journal: Journal;
}

export type AnswerConnect = (request: IncomingMessage, socket: Socket, head: Buffer) => void;

export function createConnect({ guard, ownPort, track, nextProxy, journal }: ConnectOptions): AnswerConnect {
  function refuse(socket: Socket, status: string, message: string): void {
    socket.end(`HTTP/1.1 ${status}\r\ncontent-type: text/plain\r\nconnection: close\r\n\r\n${message}\n`);
  }

  async function passOn(target: Target, socket: Socket, head: Buffer): Promise<void> {
    const gone = new AbortController();
    const leave = () => gone.abort();
    socket.once('close', leave);
    try {
      const other = await dial(target, nextProxy, gone.signal);
      track(other);
      accept(socket, head);
      join(socket, other);
    } catch (error) {
      if (gone.signal.aborted) return;
      const reason = error instanceof Error ? error.message : 'unknown reason';
      refuse(socket, '502 Bad Gateway', `Earwitness cannot reach ${target.host}: ${reason}.`);
    } finally {
      socket.removeListener('close', leave);
    }
  }

  return (request, socket, head) => {
    const target = parseTarget(request.url ?? '');
    if (!target) {
      refuse(socket, '400 Bad Request', 'CONNECT takes a host and a port, such as cache.localhost:8443.');
      return;
    }
    const own = guard.isOurs(target.host) ? ownPort(target.port) : undefined;
    if (own) {
      accept(socket, head);
      own(socket);
      return;
    }
    if (isOfThisMachine(socket)) {
      void passOn(target, socket, head);
      return;
    }
    const message = 'Only programs on the machine of this local cloud reach other hosts through it.';
    journal.record({
      kind: 'request.refused',
      door: 'CONNECT',
      method: 'CONNECT',
      path: '',
      host: formatTarget(target),
      message,
    });
    refuse(socket, '403 Forbidden', message);
  };
}

function accept(socket: Socket, head: Buffer): void {
  socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
  if (head.length > 0) socket.unshift(head);
}

/** Either end's end is the other's. */
function join(one: Duplex, other: Duplex): void {
  one.once('close', () => other.destroy());
  other.once('close', () => one.destroy());
  one.pipe(other);
  other.pipe(one);
}

function isOfThisMachine({ remoteAddress = '' }: Socket): boolean {
  return remoteAddress === '::1' || /^(::ffff:)?127\./.test(remoteAddress);
}

// Which protocol a connection of the plain port speaks, told by its first bytes.
import type { Socket } from 'node:net';

/** What an HTTP/2 connection starts with (RFC 9113, 3.4): `PRI * HTTP/2.0`. */
const H2_PREFACE = Buffer.from('PRI');
/** What a TLS connection starts with: a record of type handshake (RFC 8446, 5.1). */
const TLS_HANDSHAKE = 22;

type Protocol = 'http1' | 'http2' | 'tls';

/** Reads as many bytes as it takes to tell the protocol, and hands them on. */
export function sniff(socket: Socket, decide: (protocol: Protocol, seen: Buffer) => void): void {
  let seen: Buffer = Buffer.alloc(0);
  const look = (chunk: Buffer) => {
    seen = seen.length === 0 ? chunk : Buffer.concat([seen, chunk]);
    const length = Math.min(seen.length, H2_PREFACE.length);
    const fits = seen.subarray(0, length).equals(H2_PREFACE.subarray(0, length));
    if (fits && length < H2_PREFACE.length) return;
    const protocol = fits ? 'http2' : seen[0] === TLS_HANDSHAKE ? 'tls' : 'http1';
    socket.removeListener('data', look);
    decide(protocol, seen);
  };
  socket.on('data', look);
}

/** For whoever reads the connection next. */
export function putBack(socket: Socket, bytes: Buffer): void {
  socket.pause();
  socket.unshift(bytes);
}

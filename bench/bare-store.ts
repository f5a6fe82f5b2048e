// The least that a server of Node does for an object: its MD5 and its CRC-32, a megabyte at once into a file (a pipe writes 64 KB,
// which costs more), and a pipe out of it. No signature is looked at, there is no bucket and no list; nothing is written down. It keeps
// small objects in memory, as the local cloud does.
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';

const SMALL_BYTES = 32 * 1024;
const WRITE_BYTES = 1024 * 1024;

/**
 * Returns its port. Its files go when the process that started this one lets go of it.
 * @param options.forgets Bodies are read, and nothing else is done with them.
 */
export async function serveBareStore(options: { readonly forgets?: boolean } = {}): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'earwitness-bare-'));
  process.once('disconnect', () => rmSync(folder, { recursive: true, force: true }));
  const objects = new Map<string, { readonly sizeBytes: number; readonly bytes?: Buffer; readonly path: string }>();

  async function put(name: string, sizeBytes: number, request: IncomingMessage): Promise<string> {
    const md5 = createHash('md5');
    let checksum = 0;
    const path = join(folder, randomUUID());
    const file = sizeBytes > SMALL_BYTES ? await open(path, 'wx') : undefined;
    let pieces: Buffer[] = [];
    let waitingBytes = 0;
    for await (const piece of request) {
      md5.update(piece);
      checksum = crc32(piece, checksum);
      pieces.push(piece);
      waitingBytes += piece.length;
      if (file && waitingBytes >= WRITE_BYTES) {
        await file.writev(pieces);
        pieces = [];
        waitingBytes = 0;
      }
    }
    if (file && waitingBytes > 0) await file.writev(pieces);
    await file?.close();
    const before = objects.get(name);
    objects.set(name, { sizeBytes, path, ...(!file && { bytes: Buffer.concat(pieces) }) });
    if (before && !before.bytes) await rm(before.path);
    return `"${md5.digest('hex')}-${checksum}"`;
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url = '', headers } = request;
    if (options.forgets) {
      for await (const _piece of request);
      response.writeHead(200, { 'content-length': 0 }).end();
      return;
    }
    if (method === 'PUT') {
      const etag = await put(url, Number(headers['content-length']), request);
      response.writeHead(200, { etag, 'content-length': 0 }).end();
      return;
    }
    const { sizeBytes = 0, bytes, path = '' } = objects.get(url) ?? {};
    response.writeHead(200, { 'content-length': sizeBytes });
    if (bytes) response.end(bytes);
    else await pipeline(createReadStream(path, { highWaterMark: 512 * 1024 }), response);
  }

  const server = createServer({ keepAliveTimeout: 120_000 }, (request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

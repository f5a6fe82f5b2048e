// The least that a server of Node does for an object: its MD5 and its CRC-32, and a pipe into a file and out of it. No signature is
// looked at, there is no bucket and no list; nothing is written down. It keeps small objects in memory, as the local cloud does.
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';

const SMALL_BYTES = 32 * 1024;

/** Returns its port. Its files go when the process that started this one lets go of it. */
export async function serveBareStore(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'earwitness-bare-'));
  process.once('disconnect', () => {
    rmSync(folder, { recursive: true, force: true });
    process.exit();
  });
  const fileOf = (path: string) => join(folder, encodeURIComponent(path));
  const objects = new Map<string, { readonly sizeBytes: number; readonly bytes?: Buffer }>();

  async function put(path: string, sizeBytes: number, request: IncomingMessage): Promise<string> {
    const md5 = createHash('md5');
    let checksum = 0;
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => {
      md5.update(piece);
      checksum = crc32(piece, checksum);
      if (sizeBytes <= SMALL_BYTES) pieces.push(piece);
    });
    if (sizeBytes > SMALL_BYTES) await pipeline(request, createWriteStream(fileOf(path)));
    else await new Promise((resolve) => request.once('end', resolve));
    objects.set(path, { sizeBytes, ...(sizeBytes <= SMALL_BYTES && { bytes: Buffer.concat(pieces) }) });
    return `"${md5.digest('hex')}-${checksum}"`;
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url = '', headers } = request;
    if (method === 'PUT') {
      const etag = await put(url, Number(headers['content-length']), request);
      response.writeHead(200, { etag, 'content-length': 0 }).end();
      return;
    }
    const { sizeBytes = 0, bytes } = objects.get(url) ?? {};
    response.writeHead(200, { 'content-length': sizeBytes });
    if (bytes) response.end(bytes);
    else await pipeline(createReadStream(fileOf(url), { highWaterMark: 512 * 1024 }), response);
  }

  const server = createServer({ keepAliveTimeout: 120_000 }, (request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

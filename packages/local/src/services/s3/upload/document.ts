// What headers say of a body that is a document (XML, JSON): it is held against it, as against an object's bytes.
import { type Headers, receiveBody } from './receive.ts';

/**
 * @throws ServiceError `BadDigest`, `InvalidDigest`, `InvalidRequest` as of an upload
 */
export async function checkDocument(headers: Headers, bytes: Uint8Array): Promise<void> {
  const said = Object.entries(headers).filter(([name]) => name === 'content-md5' || isChecksum(name));
  if (said.length === 0) return;
  const { bytes: read } = receiveBody(
    { ...Object.fromEntries(said), 'content-length': String(bytes.length) },
    only(bytes),
  );
  for await (const _ of read);
}

/** Headers whose names only begin so say how checksums are answered. */
function isChecksum(name: string): boolean {
  return /^x-amz-checksum-(crc32|crc32c|crc64nvme|sha1|sha256)$/.test(name);
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes;
}

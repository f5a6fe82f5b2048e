// ZIP archives as functions are uploaded: sound ones, and ones whose headers lie.
// Source of the layout: APPNOTE.TXT 6.3, "Local file header", "Central directory structure", "End of central directory record".
import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipFile {
  readonly path: string;
  readonly text: string;
  /** What stands in the headers in place of the truth. */
  readonly lies?: ZipLies;
}

export interface ZipLies {
  readonly flags?: number;
  readonly method?: number;
  readonly crc?: number;
  readonly packedBytes?: number;
  readonly unpackedBytes?: number;
  /** Where the local header is said to be. */
  readonly offset?: number;
  /** Unix mode, for symbolic links. */
  readonly mode?: number;
}

export interface EndLies {
  readonly entries?: number;
  readonly directoryBytes?: number;
  readonly directoryOffset?: number;
  readonly comment?: string;
}

const UNIX = 3 << 8;

export function createZip(files: readonly ZipFile[], end: EndLies = {}): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { path, text, lies = {} } of files) {
    const name = Buffer.from(path);
    const bytes = Buffer.from(text);
    const method = lies.method ?? 8;
    const packed = method === 8 ? deflateRawSync(bytes) : bytes;
    const shared = [
      uint16(lies.flags ?? 0x800),
      uint16(method),
      uint32(0x21),
      uint32(lies.crc ?? crc32(bytes)),
      uint32(lies.packedBytes ?? packed.length),
      uint32(lies.unpackedBytes ?? bytes.length),
      uint16(name.length),
      uint16(0),
    ];
    const local = Buffer.concat([uint32(0x04034b50), uint16(20), ...shared, name, packed]);
    parts.push(local);
    directory.push(
      Buffer.concat([
        ...[uint32(0x02014b50), uint16(20 | UNIX), uint16(20), ...shared],
        ...[
          uint16(0),
          uint16(0),
          uint16(0),
          uint32(((lies.mode ?? 0o100644) << 16) >>> 0),
          uint32(lies.offset ?? offset),
          name,
        ],
      ]),
    );
    offset += local.length;
  }
  const listing = Buffer.concat(directory);
  const comment = Buffer.from(end.comment ?? '');
  const entries = uint16(end.entries ?? files.length);
  return Buffer.concat([
    ...[...parts, listing, uint32(0x06054b50), uint32(0), entries, entries],
    ...[
      uint32(end.directoryBytes ?? listing.length),
      uint32(end.directoryOffset ?? offset),
      uint16(comment.length),
      comment,
    ],
  ]);
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value & 0xffff);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
}

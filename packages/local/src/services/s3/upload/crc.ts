// The two cyclic redundancy checks that Node does not have, CRC-32C and CRC-64/NVME, eight bytes at a step ("slicing by
// eight": table k holds what a byte does to the register k bytes later). A 64-bit register is two halves, for a BigInt
// costs an allocation at every step. CRC-32 is node:zlib's.

/** A register of at most 64 bits: its low half and its high half, as signed 32-bit integers. */
export interface Register {
  low: number;
  high: number;
}

interface Tables {
  readonly low: Int32Array;
  readonly high: Int32Array;
}

/** Eight tables of 256 steps for a reflected polynomial. */
function createTables(polynomialLow: number, polynomialHigh: number): Tables {
  const low = new Int32Array(8 * 256);
  const high = new Int32Array(8 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let l = byte;
    let h = 0;
    for (let bit = 0; bit < 8; bit++) {
      const isSet = l & 1;
      l = (l >>> 1) | (h << 31);
      h >>>= 1;
      if (isSet !== 0) {
        l ^= polynomialLow;
        h ^= polynomialHigh;
      }
    }
    low[byte] = l;
    high[byte] = h;
  }
  for (let at = 256; at < 8 * 256; at++) {
    const l = low[at - 256] ?? 0;
    const h = high[at - 256] ?? 0;
    low[at] = ((l >>> 8) | (h << 24)) ^ (low[l & 255] ?? 0);
    high[at] = (h >>> 8) ^ (high[l & 255] ?? 0);
  }
  return { low, high };
}

let crc32cTables: Tables | undefined;
let crc64Tables: Tables | undefined;

/** Runs bytes through the register of CRC-32C (polynomial 0x1edc6f41, reflected 0x82f63b78). */
export function updateCrc32c(register: Register, b: Uint8Array): void {
  crc32cTables ??= createTables(0x82f63b78, 0);
  const t = crc32cTables.low;
  const end = b.length - 7;
  let l = register.low;
  let i = 0;
  // Every index is inside: what at() answers for one that is not, never comes.
  for (; i < end; i += 8) {
    l ^= at(b, i) | (at(b, i + 1) << 8) | (at(b, i + 2) << 16) | (at(b, i + 3) << 24);
    l =
      at(t, 1792 + (l & 255)) ^
      at(t, 1536 + ((l >>> 8) & 255)) ^
      at(t, 1280 + ((l >>> 16) & 255)) ^
      at(t, 1024 + (l >>> 24)) ^
      at(t, 768 + at(b, i + 4)) ^
      at(t, 512 + at(b, i + 5)) ^
      at(t, 256 + at(b, i + 6)) ^
      at(t, at(b, i + 7));
  }
  for (; i < b.length; i++) l = (l >>> 8) ^ at(t, (l ^ at(b, i)) & 255);
  register.low = l;
}

/** Runs bytes through the register of CRC-64/NVME (polynomial 0xad93d23594c93659, reflected 0x9a6c9329ac4bc9b5). */
export function updateCrc64(register: Register, b: Uint8Array): void {
  crc64Tables ??= createTables(0xac4bc9b5, 0x9a6c9329);
  const tl = crc64Tables.low;
  const th = crc64Tables.high;
  const end = b.length - 7;
  let l = register.low;
  let h = register.high;
  let i = 0;
  for (; i < end; i += 8) {
    l ^= at(b, i) | (at(b, i + 1) << 8) | (at(b, i + 2) << 16) | (at(b, i + 3) << 24);
    h ^= at(b, i + 4) | (at(b, i + 5) << 8) | (at(b, i + 6) << 16) | (at(b, i + 7) << 24);
    const i0 = 1792 + (l & 255);
    const i1 = 1536 + ((l >>> 8) & 255);
    const i2 = 1280 + ((l >>> 16) & 255);
    const i3 = 1024 + (l >>> 24);
    const i4 = 768 + (h & 255);
    const i5 = 512 + ((h >>> 8) & 255);
    const i6 = 256 + ((h >>> 16) & 255);
    const i7 = h >>> 24;
    l = at(tl, i0) ^ at(tl, i1) ^ at(tl, i2) ^ at(tl, i3) ^ at(tl, i4) ^ at(tl, i5) ^ at(tl, i6) ^ at(tl, i7);
    h = at(th, i0) ^ at(th, i1) ^ at(th, i2) ^ at(th, i3) ^ at(th, i4) ^ at(th, i5) ^ at(th, i6) ^ at(th, i7);
  }
  for (; i < b.length; i++) {
    const byte = (l ^ at(b, i)) & 255;
    l = ((l >>> 8) | (h << 24)) ^ at(tl, byte);
    h = (h >>> 8) ^ at(th, byte);
  }
  register.low = l;
  register.high = h;
}

function at(values: Uint8Array | Int32Array, index: number): number {
  return values[index] ?? 0;
}

const POLYNOMIALS = { 32: 0xedb88320n, '32c': 0x82f63b78n, 64: 0x9a6c9329ac4bc9b5n } as const;

/**
 * The checksum of two runs of bytes, one behind the other, from the checksums of each and the second's length: the
 * first is multiplied by x to the power of the second's bits, modulo the polynomial (all of it reflected: the highest
 * bit is the constant term).
 */
export function joinCrcs(kind: keyof typeof POLYNOMIALS, first: bigint, second: bigint, secondBytes: number): bigint {
  const width = kind === 64 ? 64n : 32n;
  const polynomial = POLYNOMIALS[kind];
  const times = (a: bigint, b: bigint): bigint => {
    let product = 0n;
    let shifted = b;
    for (let bit = width - 1n; bit >= 0n; bit--) {
      if ((a >> bit) & 1n) product ^= shifted;
      shifted = shifted & 1n ? (shifted >> 1n) ^ polynomial : shifted >> 1n;
    }
    return product;
  };
  let power = 1n << (width - 9n); // x^8: one byte
  let factor = 1n << (width - 1n); // 1
  for (let bytes = BigInt(secondBytes); bytes > 0n; bytes >>= 1n) {
    if (bytes & 1n) factor = times(factor, power);
    power = times(power, power);
  }
  return times(factor, first) ^ second;
}

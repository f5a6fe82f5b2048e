// A stream's bytes in pieces of one size.

/** Pieces of `sizeBytes`, the last one of what is left. They are nobody else's memory. */
export async function* cut(bytes: AsyncIterable<Uint8Array>, sizeBytes: number): AsyncGenerator<Uint8Array, undefined> {
  let piece = new Uint8Array(sizeBytes);
  let filled = 0;
  for await (const chunk of bytes) {
    for (let at = 0; at < chunk.byteLength; ) {
      const taken = Math.min(sizeBytes - filled, chunk.byteLength - at);
      piece.set(chunk.subarray(at, at + taken), filled);
      filled += taken;
      at += taken;
      if (filled < sizeBytes) continue;
      yield piece;
      piece = new Uint8Array(sizeBytes);
      filled = 0;
    }
  }
  if (filled > 0) yield piece.subarray(0, filled);
}

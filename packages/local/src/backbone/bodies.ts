// Bodies: the port for bytes that are written once, read in parts and removed, as those of objects are. Rows name them;
// who writes one names it when `write` is done, so no row ever names half of one.

export interface Body {
  readonly id: string;
  readonly sizeBytes: number;
}

export interface Bodies {
  /**
   * Keeps the bytes of a stream, of which little is in memory at a time. What the stream throws is thrown on, and
   * nothing is kept then.
   * @throws BodiesCleared when all bodies were forgotten meanwhile, on whichever node.
   */
  write(stream: AsyncIterable<Uint8Array>): Promise<Body>;
  /**
   * Bytes `start` to `end`, `end` not among them. They stay until they are read, also when the body is removed
   * meanwhile (by another node: for REMOVED_MS): who does not read them to the end has to call `return`.
   */
  read(body: Body, start: number, end: number): AsyncIterableIterator<Uint8Array>;
  /** Nothing happens when it is gone already. */
  remove(id: string): Promise<void>;
}

/** For how long others may go on reading a body that was removed, ms. */
export const REMOVED_MS = 60_000;

/** All bodies were forgotten while this one was written: nothing of it is kept. */
export class BodiesCleared extends Error {
  constructor() {
    super('What was being written was forgotten with everything else.');
    this.name = 'BodiesCleared';
  }
}

// What came back for an input, and when.

export interface Answer {
  /**
   * `answered`: there is a status. `closed`: the connection ended before there was one. `silent`: nothing came, or not all of it, for
   * as long as the sender was willing to wait.
   */
  readonly kind: 'answered' | 'closed' | 'silent';
  /** The HTTP status; for bare bytes that of the first answer that came, 0 when there is none. */
  readonly status: number;
  /** Names in lower case; trailers are among them. */
  readonly headers: Readonly<Record<string, string>>;
  /** The beginning of the body, as latin1. */
  readonly text: string;
  /** Epoch milliseconds, with fractions. */
  readonly from: number;
  readonly to: number;
  /** Of a connection that closed: the error. */
  readonly reason?: string;
}

/** Ours: bytes of a body that are kept. A stack trace stands within them. */
const KEPT_BYTES = 64 * 1024;

export function now(): number {
  return performance.timeOrigin + performance.now();
}

/** Collects an answer from its parts, and settles once. */
export class AnswerParts {
  readonly #from = now();
  readonly #headers: Record<string, string> = {};
  readonly #settle: (answer: Answer) => void;
  #text = '';
  #settled = false;
  status = 0;

  constructor(settle: (answer: Answer) => void) {
    this.#settle = settle;
  }

  get settled(): boolean {
    return this.#settled;
  }

  get text(): string {
    return this.#text;
  }

  addHeaders(headers: Readonly<Record<string, unknown>>): void {
    for (const [name, value] of Object.entries(headers)) {
      if (value !== undefined) this.#headers[name] = String(value);
    }
  }

  addChunk(chunk: Buffer): void {
    if (this.#text.length < KEPT_BYTES) this.#text += chunk.toString('latin1', 0, KEPT_BYTES);
  }

  settle(kind: Answer['kind'], reason?: string): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#settle({
      kind,
      status: this.status,
      headers: this.#headers,
      text: this.#text,
      from: this.#from,
      to: now(),
      ...(reason !== undefined && { reason }),
    });
  }
}

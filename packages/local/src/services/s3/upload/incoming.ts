// An object's bytes on their way in, with the headers that say what they are.
import { type Headers, type Receiving, receiveBody } from './receive.ts';

/** The `Body` of an upload that came over HTTP; of a form (`isForm`) nothing says how long its file is. */
export class IncomingBody implements AsyncIterable<Uint8Array> {
  readonly #headers: Headers;
  readonly #body: AsyncIterable<Uint8Array>;
  readonly #isForm: boolean;

  constructor(
    headers: Headers,
    body: AsyncIterable<Uint8Array>,
    { isForm = false }: { readonly isForm?: boolean } = {},
  ) {
    this.#headers = headers;
    this.#body = body;
    this.#isForm = isForm;
  }

  receive(options?: Parameters<typeof receiveBody>[2]): Receiving {
    return receiveBody(this.#headers, this.#body, { ...options, isForm: this.#isForm });
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return this.receive().bytes[Symbol.asyncIterator]();
  }
}

/** Begins to receive a body; services give the bytes as they are. @throws as `receiveBody` */
export function receive(
  body: Uint8Array | AsyncIterable<Uint8Array> = new Uint8Array(),
  options?: Parameters<typeof receiveBody>[2],
): Receiving {
  if (body instanceof IncomingBody) return body.receive(options);
  if (!(body instanceof Uint8Array)) throw new Error('A stream has to come with what its headers say: IncomingBody.');
  return receiveBody({ 'content-length': String(body.byteLength) }, only(body), options);
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.byteLength > 0) yield bytes;
}

/** The same of what is here already. */
export function receiveCopy(
  bytes: AsyncIterable<Uint8Array>,
  sizeBytes: number,
  options: Parameters<typeof receiveBody>[2],
): Receiving {
  return receiveBody({ 'content-length': String(sizeBytes) }, bytes, options);
}

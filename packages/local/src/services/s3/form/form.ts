// Reads a form that a browser posts to a bucket (POST Object): fields, then the file, as a stream. What comes behind
// the file is read and ignored, as S3 does. The reader of multipart/form-data is loaded with the first form.
import { Readable } from 'node:stream';
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { invalidArgument } from '../refusals.ts';

/** Fields by names in lower case, with `${filename}` replaced. */
export type FormFields = ReadonlyMap<string, string>;

/** A form up to its file. */
export interface Form {
  readonly fields: FormFields;
  /** The file's name without folders; empty when the browser sent none. */
  readonly fileName: string;
  /** The file's bytes, once; iterating throws `MalformedPOSTRequest` when the form breaks off. */
  readonly file: AsyncIterable<Uint8Array>;
  /** Reads the rest and forgets it, so that its sender gets to the answer. */
  discard(): void;
}

/** Most bytes of fields before the file. Source: S3 API reference, "POST Object", "the rest of the form". */
const FIELDS_MAX_BYTES = 20_000;

/**
 * Reads the fields of a form, and stops at its file.
 * @throws ServiceError `PreconditionFailed` when it is no multipart/form-data, `MalformedPOSTRequest`,
 *   `MaxPostPreDataLengthExceededError`, `InvalidArgument` without a file.
 */
export async function readForm(contentType: string | undefined, body: AsyncIterable<Uint8Array>): Promise<Form> {
  if (!/^multipart\/form-data\s*(;|$)/i.test(contentType ?? '')) {
    const Condition = 'Bucket POST must be of the enclosure-type multipart/form-data';
    const message = 'At least one of the pre-conditions you specified did not hold';
    throw new ServiceError('PreconditionFailed', message, { status: 412, fields: { Condition } });
  }
  const { Busboy } = await import('@fastify/busboy');
  const source = body instanceof Readable ? body : Readable.from(body, { objectMode: false });
  const reader = createReader(() => {
    return new Busboy({
      headers: { 'content-type': contentType ?? '' },
      isPartAFile: (name) => name === 'file',
      limits: { fieldSize: FIELDS_MAX_BYTES + 1, files: 2, headerSize: FIELDS_MAX_BYTES },
    });
  });
  const drain = () => {
    source.unpipe(reader);
    source.resume();
  };

  let failure: ServiceError | undefined;
  let opened: Readable | undefined;
  const done = new Promise<void>((resolve) => {
    const fail = () => {
      failure ??= malformed();
      drain();
      // Otherwise whoever reads the file would wait for what nobody sends.
      opened?.destroy(failure);
      resolve();
    };
    reader.on('error', fail);
    source.on('error', fail);
    source.on('close', () => {
      if (!source.readableEnded) fail();
    });
    reader.on('finish', () => resolve());
  });

  const form = new Promise<Form>((resolve, reject) => {
    const raw: [name: string, value: string][] = [];
    let sizeBytes = 0;
    let isFileSeen = false;
    reader.on('field', (name, value, _isNameCut, isValueCut) => {
      if (isFileSeen) return;
      sizeBytes += Buffer.byteLength(name) + Buffer.byteLength(value);
      if (isValueCut || sizeBytes > FIELDS_MAX_BYTES) {
        const message = 'Your POST request fields preceding the upload file were too large.';
        drain();
        reject(new ServiceError('MaxPostPreDataLengthExceededError', message, { status: 400 }));
        return;
      }
      raw.push([name.toLowerCase(), value]);
    });
    reader.on('file', (_, file, fileName) => {
      if (isFileSeen) {
        file.resume();
        return;
      }
      isFileSeen = true;
      opened = file;
      // Its errors are the reader's, too.
      file.on('error', () => {});
      const named = fileName ?? '';
      const fields = new Map(raw.map(([field, value]) => [field, value.replaceAll('${filename}', () => named)]));
      resolve({ fields, fileName: named, file: readFile(file), discard: drain });
    });
    void done.then(() => {
      if (!isFileSeen)
        reject(failure ?? invalidArgument('POST requires exactly one file upload per request.', 'file', '0'));
    });
  });

  async function* readFile(file: Readable): AsyncGenerator<Uint8Array> {
    let isWhole = false;
    try {
      for await (const piece of file) yield piece;
      await done;
      isWhole = true;
    } catch (error) {
      throw failure ?? error;
    } finally {
      if (!isWhole) drain();
    }
    if (failure) throw failure;
  }

  source.pipe(reader);
  return form;
}

/** A form without a boundary is malformed before anything is read. */
function createReader<Reader>(create: () => Reader): Reader {
  try {
    return create();
  } catch {
    throw malformed();
  }
}

function malformed(): ServiceError {
  const message = 'The body of your POST request is not well-formed multipart/form-data.';
  return new ServiceError('MalformedPOSTRequest', message, { status: 400 });
}

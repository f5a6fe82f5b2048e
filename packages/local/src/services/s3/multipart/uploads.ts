// Multipart uploads that were begun and are not completed.
import { type Table, tableOf } from '../../../backbone/table.ts';
import { updateRow } from '../../../backbone/update.ts';
import type { Platform } from '../../../platform.ts';
import type { Contents, Piece } from '../contents.ts';
import { compareKeys } from '../objects/key-order.ts';
import type { Checksum, Described } from '../objects/version.ts';
import { noSuchUpload } from '../refusals.ts';
import type { ChecksumAlgorithm } from '../upload/checksum.ts';

const UPLOADS = tableOf<Upload>('s3/uploads');

const ID_SIGNS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._';
/** Ours; AWS's are longer. */
const ID_LENGTH = 64;

export interface Upload {
  readonly id: string;
  readonly bucket: string;
  readonly key: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Account of who began it. */
  readonly initiator: string;
  readonly described: Described;
  readonly tags: Readonly<Record<string, string>>;
  readonly acl?: string;
  /** What was asked for at the beginning; absent: CRC64NVME of the whole. */
  readonly checksum?: Pick<Checksum, 'type'> & { readonly algorithm: ChecksumAlgorithm };
  /** The current version's sequencer when it began: a write in between is a conflict. */
  readonly sequencerBefore?: string;
  /** By part number, each as it was uploaded last. */
  readonly parts: Readonly<Record<string, Part>>;
  /** It is being completed or given up: for everybody else it is gone. */
  readonly isClaimed?: true;
}

export interface Part {
  readonly number: number;
  readonly at: number;
  /** Without quotes. */
  readonly etag: string;
  readonly content: Piece;
  readonly checksum?: Checksum;
}

export class Uploads {
  readonly #platform: Platform;
  readonly #contents: Contents;
  readonly #rows: Table<Upload>;

  constructor(platform: Platform, contents: Contents) {
    this.#platform = platform;
    this.#contents = contents;
    this.#rows = platform.backbone.table(UPLOADS);
  }

  async begin(upload: Omit<Upload, 'id' | 'at' | 'parts'>): Promise<Upload> {
    const { clock, ids } = this.#platform;
    const begun = { ...upload, id: ids.signs(ID_SIGNS, ID_LENGTH), at: clock.now(), parts: {} };
    await this.#rows.put(rowKey(begun), begun);
    return begun;
  }

  /** In the order of their keys, and of their beginning. */
  list(bucket: string): Upload[] {
    const uploads = this.#rows.list(`${bucket}/`).map(({ value }) => value);
    return uploads.sort((a, b) => compareKeys(a.key, b.key) || a.at - b.at);
  }

  /** @throws ServiceError `NoSuchUpload` */
  get(bucket: string, key: string, id: string): Upload {
    const upload = this.#rows.get(rowKey({ bucket, id }))?.value;
    if (upload?.key !== key || upload.isClaimed) throw noSuchUpload(id);
    return upload;
  }

  /** Takes a part; one of the same number before it goes. @throws ServiceError `NoSuchUpload` */
  async takePart({ bucket, id }: Upload, part: Part): Promise<void> {
    let left: Piece | undefined;
    await updateRow(this.#rows, rowKey({ bucket, id }), (upload) => {
      if (!upload || upload.isClaimed) throw noSuchUpload(id);
      left = upload.parts[part.number]?.content;
      return { ...upload, parts: { ...upload.parts, [part.number]: part } };
    });
    if (left) await this.#contents.remove([left]);
  }

  /** Takes an upload away from everybody else, as it stands by then. @throws ServiceError `NoSuchUpload` */
  async claim(upload: Upload): Promise<Upload> {
    const { value } = await updateRow(this.#rows, rowKey(upload), (row) => {
      if (!row || row.isClaimed) throw noSuchUpload(upload.id);
      return { ...row, isClaimed: true as const };
    });
    return value;
  }

  /** Gives a claimed upload back: nothing was made of it. */
  async release({ isClaimed: _, ...upload }: Upload): Promise<void> {
    await this.#rows.put(rowKey(upload), upload);
  }

  /** Ends an upload, and removes the parts that nothing was made of. */
  async end(upload: Upload, used: readonly Piece[] = []): Promise<void> {
    await this.#rows.delete(rowKey(upload));
    const contents = Object.values(upload.parts).map(({ content }) => content);
    await this.#contents.remove(contents.filter((content) => !used.includes(content)));
  }
}

function rowKey({ bucket, id }: Pick<Upload, 'bucket' | 'id'>): string {
  return `${bucket}/${id}`;
}

// The objects of every bucket: one row for each key, with all its versions, so that a condition and the write that it
// guards are one change of one row. What a change puts away of old contents is removed when the change is done.
import { type Table, tableOf } from '../../../backbone/table.ts';
import { updateRow } from '../../../backbone/update.ts';
import type { Platform } from '../../../platform.ts';
import type { Bucket } from '../bucket.ts';
import type { Contents, Piece } from '../contents.ts';
import { nextSequencer } from '../notifications/sequencer.ts';
import { noSuchBucket, noSuchKey, noSuchVersion, refused } from '../refusals.ts';
import { holdWriteConditions, type WriteConditions } from './conditions.ts';
import { compareKeys } from './key-order.ts';
import type { StoredKey, Version } from './version.ts';

const OBJECTS = tableOf<StoredKey>('s3/objects');

/** Signs of a version's id, and how many it has. Recorded on AWS: LocalStack, tests/aws/services/s3/test_s3_api. */
const ID_SIGNS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._';
const ID_LENGTH = 32;

/** MD5 of nothing: a delete marker's. */
const EMPTY_ETAG = 'd41d8cd98f00b204e9800998ecf8427e';

export type NewVersion = Omit<Version, 'id' | 'isMarker' | 'at' | 'sequencer'>;

export class Objects {
  readonly #platform: Platform;
  readonly #contents: Contents;
  readonly #isThere: (bucket: string) => boolean;
  readonly #rows: Table<StoredKey>;

  /** @param isThere whether a bucket of that name is there: it may be deleted while an object comes */
  constructor(platform: Platform, contents: Contents, isThere: (bucket: string) => boolean) {
    this.#isThere = isThere;
    this.#platform = platform;
    this.#contents = contents;
    this.#rows = platform.backbone.table(OBJECTS);
  }

  /** Every key of a bucket that begins with `prefix`, in the order of their UTF-8 bytes. */
  list(bucket: string, prefix = ''): StoredKey[] {
    const rows = this.#rows
      .list(`${bucket}/${prefix}`)
      .flatMap(({ value }) => (value.versions.length > 0 ? value : []));
    // Only signs outside of the basic plane stand elsewhere in UTF-8 than in UTF-16.
    if (!rows.some(({ key }) => /[\ud800-\udfff]/.test(key))) return rows;
    return rows.sort((a, b) => compareKeys(a.key, b.key));
  }

  find(bucket: string, key: string): StoredKey | undefined {
    return this.#rows.get(`${bucket}/${key}`)?.value;
  }

  /**
   * A version, the current one by default; never a delete marker.
   * @throws ServiceError `NoSuchKey`, `NoSuchVersion`, `MethodNotAllowed` for a marker that is named
   */
  get(bucket: string, key: string, versionId?: string): Version {
    const versions = this.find(bucket, key)?.versions ?? [];
    if (versionId === undefined) {
      const [current] = versions;
      if (!current || current.isMarker) throw noSuchKey(key);
      return current;
    }
    checkVersionId(versionId);
    const found = versions.find(({ id }) => id === versionId);
    if (!found) throw noSuchVersion(key, versionId);
    if (!found.isMarker) return found;
    throw refused('MethodNotAllowed', 'The specified method is not allowed against this resource.', {
      status: 405,
      Method: 'GET',
      ResourceType: 'DeleteMarker',
    });
  }

  /**
   * Makes a version the current one.
   * @throws ServiceError `PreconditionFailed`, `NoSuchKey` when a condition does not hold, or what `check` throws
   */
  async put(
    bucket: Bucket,
    key: string,
    version: NewVersion,
    options: { readonly conditions?: WriteConditions; check?(current: Version | undefined): void } = {},
  ): Promise<Version> {
    const { conditions = {}, check } = options;
    return this.#add(bucket, key, { ...version, isMarker: false }, (current) => {
      holdWriteConditions(key, current, conditions);
      check?.(current);
    });
  }

  /** Says by a marker that the object is deleted. @throws what `check` throws */
  mark(bucket: Bucket, key: string, check: (current: Version | undefined) => void): Promise<Version> {
    const empty = { etag: EMPTY_ETAG, content: [], sizeBytes: 0, described: {}, tags: {} };
    return this.#add(bucket, key, { ...empty, isMarker: true }, check);
  }

  async #add(
    bucket: Bucket,
    key: string,
    fresh: Omit<Version, 'id' | 'at' | 'sequencer'>,
    check: (current: Version | undefined) => void,
  ): Promise<Version> {
    const { clock, ids } = this.#platform;
    const id = bucket.versioning === 'Enabled' ? ids.signs(ID_SIGNS, ID_LENGTH) : 'null';
    let left: readonly Piece[] = [];
    const row = await updateRow(this.#rows, rowKey(bucket.name, key), (before): StoredKey => {
      if (!this.#isThere(bucket.name)) throw noSuchBucket(bucket.name);
      const versions = before?.versions ?? [];
      check(versions[0]);
      const sequencer = nextSequencer(clock.now(), versions[0]?.sequencer);
      left = versions.filter((one) => one.id === id).flatMap(({ content }) => content);
      const added = { ...fresh, id, at: clock.now(), sequencer };
      return { bucket: bucket.name, key, versions: [added, ...versions.filter((one) => one.id !== id)] };
    });
    await this.#contents.remove(left);
    const [added] = row.value.versions;
    if (!added) throw new Error(`The key ${key} of bucket ${bucket.name} has no versions.`);
    return added;
  }

  /**
   * Removes a version for good.
   * @returns it; `undefined` when there was none
   * @throws ServiceError `InvalidArgument`, or what `check` throws
   */
  async remove(
    bucket: string,
    key: string,
    { versionId, check }: { readonly versionId: string; check?(current: Version | undefined): void },
  ): Promise<Version | undefined> {
    checkVersionId(versionId);
    const before = this.find(bucket, key);
    check?.(before?.versions[0]);
    if (!before?.versions.some(({ id }) => id === versionId)) return undefined;
    let removed: Version | undefined;
    const { revision, value } = await updateRow(this.#rows, rowKey(bucket, key), (row): StoredKey => {
      check?.(row?.versions[0]);
      const { versions } = row ?? { versions: [] };
      removed = versions.find(({ id }) => id === versionId);
      return { bucket, key, versions: versions.filter(({ id }) => id !== versionId) };
    });
    // Whoever wrote meanwhile has made the row another one.
    const isLast = value.versions.length === 0 && this.#rows.get(rowKey(bucket, key))?.revision === revision;
    if (isLast) await this.#rows.delete(rowKey(bucket, key));
    await this.#contents.remove(removed?.content ?? []);
    return removed;
  }

  /** Changes what stands beside a version's content. @throws ServiceError as `get` */
  async change(
    place: { readonly bucket: string; readonly key: string; readonly versionId?: string | undefined },
    change: (version: Version) => Version,
  ): Promise<Version> {
    const { bucket, key, versionId } = place;
    const { id } = this.get(bucket, key, versionId);
    let changed: Version | undefined;
    await updateRow(this.#rows, rowKey(bucket, key), (row): StoredKey => {
      if (!row) throw noSuchKey(key);
      const versions = row.versions.map((version) => {
        if (version.id !== id) return version;
        changed = change(version);
        return changed;
      });
      return { ...row, versions };
    });
    if (!changed) throw noSuchKey(key);
    return changed;
  }

  /** What keeps a bucket from being deleted. */
  hasAny(bucket: string): 'nothing' | 'objects' | 'versions' {
    const rows = this.list(bucket);
    if (rows.length === 0) return 'nothing';
    return rows.some(({ versions }) => versions[0] && !versions[0].isMarker && versions[0].id === 'null')
      ? 'objects'
      : 'versions';
  }
}

function rowKey(bucket: string, key: string): string {
  return `${bucket}/${key}`;
}

function checkVersionId(id: string): void {
  if (id === 'null' || /^[\w.]{32}$/.test(id)) return;
  throw refused('InvalidArgument', 'Invalid version id specified', { ArgumentName: 'versionId', ArgumentValue: id });
}

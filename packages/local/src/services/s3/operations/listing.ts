// Lists of objects and of their versions, page by page. Keys that share a prefix up to a delimiter are one line.
import type { OperationsOf } from '../../../call.ts';
import { encodeKey } from '../notifications/key-filter.ts';
import { quoted } from '../objects/describe.ts';
import { compareKeys } from '../objects/key-order.ts';
import type { StoredKey, Version } from '../objects/version.ts';
import type { Parts } from '../parts.ts';
import { invalidArgument } from '../refusals.ts';
import { ownerId } from './bucket.ts';

const MAX_KEYS = 1000;

interface Asked {
  readonly prefix: string;
  readonly delimiter: string;
  /** Keys and common prefixes behind this one. */
  readonly after: string;
  readonly most: number;
}

interface Page<Item> {
  readonly items: readonly Item[];
  readonly prefixes: readonly string[];
  /** The last key or common prefix, when there are more. */
  readonly next: string | undefined;
}

/** Items in the order of their keys; a common prefix counts as one. */
function takePage<Item>(rows: readonly (readonly [key: string, item: Item])[], asked: Asked): Page<Item> {
  const { prefix, delimiter, after, most } = asked;
  const items: Item[] = [];
  const prefixes: string[] = [];
  let last = '';
  for (const [key, item] of rows) {
    const cut = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    const common = cut < 0 ? undefined : key.slice(0, cut + delimiter.length);
    const line = common ?? key;
    if (compareKeys(line, after) <= 0 || (common !== undefined && common === prefixes.at(-1))) continue;
    if (items.length + prefixes.length >= most) return { items, prefixes, next: most === 0 ? undefined : last };
    if (common === undefined) items.push(item);
    else prefixes.push(common);
    last = line;
  }
  return { items, prefixes, next: undefined };
}

export function listingOperations(parts: Parts) {
  const { objects } = parts;

  const currentOf = (bucket: string, prefix: string) =>
    objects.list(bucket, prefix).flatMap(({ key, versions: [current] }) => {
      if (!current || current.isMarker) return [];
      return [[key, { key, current }] as const];
    });

  return {
    async ListObjectsV2(input, call) {
      const { name, account } = await parts.open(input, call, 's3:ListBucket');
      const {
        EncodingType,
        Prefix: prefix = '',
        Delimiter: delimiter = '',
        StartAfter,
        ContinuationToken: token,
      } = input;
      const encoded = encoderOf(EncodingType);
      const most = mostOf(input.MaxKeys);
      const after = token === undefined ? (StartAfter ?? '') : readToken(token);
      const page = takePage(currentOf(name, prefix), { prefix, delimiter, after, most });
      const owner = input.FetchOwner ? { Owner: { ID: ownerId(account) } } : {};
      return {
        Name: name,
        Prefix: encoded(prefix),
        KeyCount: page.items.length + page.prefixes.length,
        MaxKeys: most,
        ...(delimiter !== '' && { Delimiter: encoded(delimiter) }),
        ...(EncodingType && { EncodingType }),
        ...(StartAfter !== undefined && { StartAfter: encoded(StartAfter) }),
        ...(token !== undefined && { ContinuationToken: token }),
        IsTruncated: page.next !== undefined,
        ...(page.next !== undefined && { NextContinuationToken: writeToken(page.next) }),
        Contents: page.items.map(({ key, current }) => ({ ...lineOf(encoded(key), current), ...owner })),
        CommonPrefixes: page.prefixes.map((Prefix) => ({ Prefix: encoded(Prefix) })),
      };
    },

    async ListObjects(input, call) {
      const { name, account } = await parts.open(input, call, 's3:ListBucket');
      const { EncodingType, Prefix: prefix = '', Delimiter: delimiter = '', Marker: marker = '' } = input;
      const encoded = encoderOf(EncodingType);
      const most = mostOf(input.MaxKeys);
      const page = takePage(currentOf(name, prefix), { prefix, delimiter, after: marker, most });
      const owner = { Owner: { ID: ownerId(account) } };
      return {
        Name: name,
        Prefix: encoded(prefix),
        Marker: encoded(marker),
        MaxKeys: most,
        ...(delimiter !== '' && { Delimiter: encoded(delimiter) }),
        ...(EncodingType && { EncodingType }),
        IsTruncated: page.next !== undefined,
        // Without a delimiter the last key is the marker of the next page, and callers know it.
        ...(page.next !== undefined && delimiter !== '' && { NextMarker: encoded(page.next) }),
        Contents: page.items.map(({ key, current }) => ({ ...lineOf(encoded(key), current), ...owner })),
        CommonPrefixes: page.prefixes.map((Prefix) => ({ Prefix: encoded(Prefix) })),
      };
    },

    async ListObjectVersions(input, call) {
      const { name, account } = await parts.open(input, call, 's3:ListBucketVersions');
      const { EncodingType, Prefix: prefix = '', Delimiter: delimiter = '' } = input;
      const { KeyMarker: keyMarker = '', VersionIdMarker: idMarker } = input;
      if (idMarker !== undefined && keyMarker === '') {
        throw invalidArgument(
          'A version-id marker cannot be specified without a key marker.',
          'version-id-marker',
          idMarker,
        );
      }
      const encoded = encoderOf(EncodingType);
      const most = mostOf(input.MaxKeys);
      const rows = versionsBehind(objects.list(name, prefix), keyMarker, idMarker);
      const after = idMarker === undefined ? keyMarker : '';
      const page = takeVersions(rows, { prefix, delimiter, after, most });
      const shown = page.items.map(({ key, version, isLatest }) => ({
        ...{ Key: encoded(key), VersionId: version.id, IsLatest: isLatest, LastModified: version.at },
        Owner: { ID: ownerId(account) },
        version,
      }));
      return {
        Name: name,
        Prefix: encoded(prefix),
        KeyMarker: encoded(keyMarker),
        VersionIdMarker: idMarker ?? '',
        MaxKeys: most,
        ...(delimiter !== '' && { Delimiter: encoded(delimiter) }),
        ...(EncodingType && { EncodingType }),
        IsTruncated: page.next !== undefined,
        ...(page.next && {
          NextKeyMarker: encoded(page.next.key),
          ...(page.next.id !== undefined && { NextVersionIdMarker: page.next.id }),
        }),
        Versions: shown
          .filter(({ version }) => !version.isMarker)
          .map(({ version, ...line }) => ({
            ...lineOf(line.Key, version),
            ...line,
            StorageClass: 'STANDARD' as const,
          })),
        DeleteMarkers: shown.filter(({ version }) => version.isMarker).map(({ version: _, ...line }) => line),
        CommonPrefixes: page.prefixes.map((Prefix) => ({ Prefix: encoded(Prefix) })),
      };
    },
  } satisfies OperationsOf<'s3'>;
}

interface Line {
  readonly key: string;
  readonly version: Version;
  readonly isLatest: boolean;
}

/** Every version in the order of keys, newest first; behind the marked one. */
function versionsBehind(keys: readonly StoredKey[], keyMarker: string, idMarker: string | undefined): Line[] {
  return keys.flatMap(({ key, versions }) => {
    const lines = versions.map((version, index) => ({ key, version, isLatest: index === 0 }));
    const place = compareKeys(key, keyMarker);
    if (idMarker === undefined || place > 0) return lines;
    if (place < 0) return [];
    return lines.slice(versions.findIndex(({ id }) => id === idMarker) + 1);
  });
}

function takeVersions(lines: readonly Line[], { prefix, delimiter, after, most }: Asked) {
  const items: Line[] = [];
  const prefixes: string[] = [];
  // Behind a common prefix no version is named: what begins with it is done with.
  let last: { readonly key: string; readonly id: string | undefined } | undefined;
  for (const line of lines) {
    const cut = delimiter === '' ? -1 : line.key.indexOf(delimiter, prefix.length);
    const common = cut < 0 ? undefined : line.key.slice(0, cut + delimiter.length);
    if (compareKeys(common ?? line.key, after) <= 0 || (common !== undefined && common === prefixes.at(-1))) continue;
    if (items.length + prefixes.length >= most) return { items, prefixes, next: most === 0 ? undefined : last };
    if (common === undefined) items.push(line);
    else prefixes.push(common);
    last = { key: common ?? line.key, id: common === undefined ? line.version.id : undefined };
  }
  return { items, prefixes, next: undefined };
}

function lineOf(Key: string, { at, checksum, described, etag, sizeBytes }: Version) {
  return {
    Key,
    LastModified: at,
    ETag: quoted(etag),
    ...(checksum && { ChecksumAlgorithm: [checksum.algorithm] as const, ChecksumType: checksum.type }),
    Size: sizeBytes,
    StorageClass: described.StorageClass ?? ('STANDARD' as const),
  };
}

function mostOf(given = MAX_KEYS): number {
  if (given < 0)
    throw invalidArgument('Argument maxKeys must be an integer between 0 and 2147483647', 'maxKeys', String(given));
  return Math.min(given, MAX_KEYS);
}

function encoderOf(encoding: string | undefined): (text: string) => string {
  return encoding === 'url' ? encodeKey : (text) => text;
}

function writeToken(key: string): string {
  return Buffer.from(`1${key}`).toString('base64url');
}

function readToken(token: string): string {
  const text = Buffer.from(token, 'base64url').toString();
  if (text.startsWith('1') && writeToken(text.slice(1)) === token) return text.slice(1);
  throw invalidArgument('The continuation token provided is incorrect', 'continuation-token', token);
}

// Where the items of a distributed Map come from: what the state has, or what its ItemReader reads from S3 as the
// execution's role. What is not read is refused by name: PARQUET, inventories and other manifests, ZSTD.
// Sources: Step Functions developer guide, "ItemReader"; recorded on AWS (LocalStack,
// tests/aws/services/stepfunctions/v2/scenarios/test_base_scenarios).
import { gunzipSync } from 'node:zlib';
import type { MapRun } from '@earwitness/protocol/internal/states-language/interpreter/happening';
import { isArray, isObject, type Json, type JsonObject } from '@earwitness/protocol/internal/states-language/json';
import { jsonFault, parseJson } from '@earwitness/protocol/internal/states-language/json-text';
import { StatesError } from '@earwitness/protocol/internal/states-language/states-error';
import type { Platform } from '../../../platform.ts';
import { sdkRefusal } from '../tasks/refusal.ts';
import { callService } from '../tasks/service-call.ts';
import { textOf } from '../tasks/shapes.ts';
import type { Task } from '../tasks/task.ts';
import { itemsOfRows, parseCsv } from './csv.ts';

export interface ReadItems {
  readonly items: readonly Json[];
  /** `$$.Map.Item.Source` */
  readonly source: string;
}

const DELIMITERS: Readonly<Record<string, string>> = { COMMA: ',', PIPE: '|', SEMICOLON: ';', SPACE: ' ', TAB: '\t' };
/** Source: Step Functions developer guide, "ItemReader", MaxItems. */
const ALL = 100_000_000;

/** @throws StatesError `States.ItemReaderFailed` */
export async function readItems(platform: Platform, task: Task, { items, reader }: MapRun): Promise<ReadItems> {
  if (!reader) return { items: items ?? [], source: 'STATE_DATA' };
  const { config } = reader;
  if (!isObject(reader.arguments)) throw fault('The arguments of ItemReader must be a JSON object');
  const parameters = reader.arguments;
  const source = `S3://${[parameters['Bucket'], parameters['Key'] ?? parameters['Prefix']].filter(Boolean).join('/')}`;
  const max = maxItems(config['MaxItems']);
  const unserved = ['ManifestType'].find((field) => config[field] !== undefined);
  if (unserved !== undefined) throw fault(`Earwitness does not serve ${unserved} of a ReaderConfig.`);
  const transformation = config['Transformation'] ?? 'NONE';
  if (transformation !== 'NONE')
    throw fault(`Earwitness does not serve the Transformation ${textOf(transformation)} of a ReaderConfig.`);
  const read = reader.resource.endsWith(':s3:listObjectsV2')
    ? await listObjects(platform, task, parameters, max)
    : itemsOf(await readObject(platform, task, parameters), config);
  return { items: read.slice(0, max), source };
}

function maxItems(value: Json | undefined): number {
  const max = value === undefined ? 0 : Number(value);
  if (!Number.isInteger(max)) throw fault('field MaxItems must be an integer');
  if (max < 0) throw fault('field MaxItems must be positive');
  return max === 0 ? ALL : max;
}

async function callS3(platform: Platform, task: Task, operation: string, parameters: JsonObject) {
  const answer = await callService(platform, task, { service: 's3', operation, parameters, isStrict: true });
  if (answer.kind === 'answered') return answer.output;
  if (answer.kind === 'not called') throw fault(answer.problems.join(', '));
  throw fault(sdkRefusal({ service: 's3', prefix: 'S3' }, answer).cause);
}

async function readObject(platform: Platform, task: Task, parameters: JsonObject): Promise<string> {
  const { Body: body }: { Body?: unknown } = Object(await callS3(platform, task, 'GetObject', parameters));
  const bytes = await bytesOf(body);
  // Source: RFC 1952, RFC 8878: what files begin with.
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return unzip(bytes);
  if (bytes.subarray(0, 4).equals(Buffer.from([0x28, 0xb5, 0x2f, 0xfd]))) {
    throw fault('Earwitness does not read objects that are compressed by ZSTD.');
  }
  return bytes.toString();
}

/** Ours: bytes of an object that was compressed. */
const UNZIPPED_MAX = 512 * 1024 * 1024;

function unzip(bytes: Buffer): string {
  try {
    return gunzipSync(bytes, { maxOutputLength: UNZIPPED_MAX }).toString();
  } catch (error) {
    throw fault(`The object cannot be decompressed: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function bytesOf(body: unknown): Promise<Buffer> {
  if (body instanceof Uint8Array) return Buffer.from(body);
  const chunks: Uint8Array[] = [];
  if (typeof body === 'object' && body !== null && Symbol.asyncIterator in body) {
    for await (const chunk of body as AsyncIterable<Uint8Array>) chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

interface ListedObject {
  readonly Key?: string;
  readonly Size?: number;
  readonly ETag?: string;
  readonly LastModified?: number;
  readonly StorageClass?: string;
}

/** Source: the same guide, "Iterating over Amazon S3 objects": `Etag`, and seconds. */
async function listObjects(platform: Platform, task: Task, parameters: JsonObject, max: number): Promise<Json[]> {
  const items: Json[] = [];
  let token: string | undefined;
  do {
    const asked = { ...parameters, ...(token !== undefined && { ContinuationToken: token }) };
    const page: { Contents?: readonly ListedObject[]; NextContinuationToken?: string } = Object(
      await callS3(platform, task, 'ListObjectsV2', asked),
    );
    for (const { ETag = '', Key = '', LastModified = 0, Size = 0, StorageClass = 'STANDARD' } of page.Contents ?? []) {
      items.push({ Etag: ETag, LastModified: Math.floor(LastModified / 1000), Key, Size, StorageClass });
    }
    token = page.NextContinuationToken;
  } while (token !== undefined && items.length < max);
  return items;
}

function itemsOf(text: string, config: JsonObject): readonly Json[] {
  const type = config['InputType'] ?? 'JSON';
  switch (type) {
    case 'JSON':
      return jsonItems(text, config);
    case 'JSONL':
      return text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [readJson(line)]));
    case 'CSV':
      return csvItems(text, config);
    default:
      throw fault(`Earwitness does not serve the InputType ${textOf(type)} of a ReaderConfig.`);
  }
}

function jsonItems(text: string, { ItemsPointer: pointer }: JsonObject): readonly Json[] {
  const document = readJson(text);
  const found = typeof pointer === 'string' ? resolvePointer(document, pointer) : document;
  if (!isArray(found)) throw fault('Attempting to map over non-iterable node.');
  return found;
}

/** Source: RFC 6901. */
function resolvePointer(document: Json, pointer: string): Json | undefined {
  if (pointer !== '' && !pointer.startsWith('/')) throw fault(`The ItemsPointer ${pointer} is no JSON pointer`);
  let found: Json | undefined = document;
  for (const token of pointer.split('/').slice(1)) {
    const name = token.replaceAll('~1', '/').replaceAll('~0', '~');
    if (isArray(found)) found = found[Number(name)];
    else found = isObject(found) && Object.hasOwn(found, name) ? found[name] : undefined;
  }
  return found;
}

function csvItems(text: string, config: JsonObject): Json[] {
  const rows = parseCsv(text, DELIMITERS[String(config['CSVDelimiter'] ?? 'COMMA')] ?? ',');
  const given = config['CSVHeaders'];
  const isGiven = config['CSVHeaderLocation'] === 'GIVEN';
  const headers = isGiven ? (isArray(given) ? given.map(String) : []) : (rows.shift() ?? []);
  if (new Set(headers).size < headers.length) throw fault('CSV headers cannot contain duplicates.');
  return itemsOfRows(rows, headers);
}

function readJson(text: string): Json {
  const value = parseJson(text);
  if (value === undefined) throw fault(`The object is not JSON: ${jsonFault(text)}`);
  return value;
}

function fault(cause: string): StatesError {
  return new StatesError('States.ItemReaderFailed', cause);
}

// Which operation of S3 a method, a path and a query string mean. Operations share a path and differ by what else they
// need: a sub-resource (`?tagging`), a parameter (`?uploadId`), a header (`x-amz-copy-source`); the one that needs
// the most, and has it all, is meant. A sub-resource of an operation that is not served is refused by name: without it,
// the request would mean another one.
import { ServiceError } from '../errors.ts';
import type { ServiceModel } from '../model.ts';
import { headerOf, type WireRequest } from '../wire.ts';

/** A request that found its operation. */
export interface XmlRoute {
  readonly operation: string;
  /** Decoded. */
  readonly bucket: string | undefined;
  /** Decoded. */
  readonly key: string | undefined;
  readonly parameters: ReadonlyMap<string, string>;
}

interface Candidate {
  readonly operation: string;
  readonly method: string;
  /** `service`: neither bucket nor key in the path. */
  readonly level: 'service' | 'bucket' | 'key';
  /** Of the query string: names, and values where they matter. */
  readonly query: readonly (readonly [name: string, value: string | undefined])[];
  readonly headers: readonly string[];
}

/** Sub-resources of operations that are not served. Source: S3 API reference, the operations' request syntax. */
const NOT_SERVED = new Set([
  ...['accelerate', 'analytics', 'intelligent-tiering', 'inventory', 'metrics', 'replication', 'object-lock'],
  ...['retention', 'legal-hold', 'restore', 'select', 'torrent', 'renameObject', 'session', 'metadataTable'],
  ...['metadataConfiguration', 'metadataInventoryTable', 'metadataJournalTable', 'abac', 'annotation'],
]);

const candidates = new WeakMap<ServiceModel, readonly Candidate[]>();

/** @throws ServiceError `NotImplemented`, `MethodNotAllowed`, `InvalidURI` */
export function routeXml(model: ServiceModel, request: Omit<WireRequest, 'bytes' | 'text'>): XmlRoute {
  const [, bucketText = '', keyText = ''] = /^\/([^/]*)\/?(.*)$/s.exec(request.path) ?? [];
  const bucket = bucketText === '' ? undefined : decodeUri(bucketText);
  const key = keyText === '' ? undefined : decodeUri(keyText);
  const parameters = parametersOf(request.query);
  const missing = [...parameters.keys()].find((name) => NOT_SERVED.has(name));
  const asked = `${request.method} ?${missing}`;
  if (missing !== undefined) throw notServed(`Earwitness does not serve ${model.fullName}'s ${asked}.`);
  // A key may be empty, and only this hint tells such a request from a list.
  const isEmptyKey = key === undefined && parameters.get('x-id') === 'GetObject';
  const level = bucket === undefined ? 'service' : key === undefined && !isEmptyKey ? 'bucket' : 'key';
  const method = request.method;
  const found = candidatesOf(model).find(
    (one) =>
      one.method === method &&
      one.level === level &&
      one.query.every(
        ([name, value]) => parameters.has(name) && (value === undefined || parameters.get(name) === value),
      ) &&
      one.headers.every((name) => headerOf(request, name) !== undefined),
  );
  if (!found) {
    throw new ServiceError('MethodNotAllowed', 'The specified method is not allowed against this resource.', {
      status: 405,
      fields: { Method: method, ResourceType: { service: 'SERVICE', bucket: 'BUCKET', key: 'OBJECT' }[level] },
    });
  }
  // A part without its number, or without its upload, would be taken for a whole object.
  const half = ['uploadId', 'partNumber'].find((name) => method === 'PUT' && parameters.has(name));
  if (half !== undefined && !found.query.some(([name]) => name === half)) {
    throw new ServiceError('InvalidArgument', 'A part is uploaded with both uploadId and partNumber; one is missing.', {
      status: 400,
      fields: { ArgumentName: half, ArgumentValue: parameters.get(half) ?? '' },
    });
  }
  return { operation: found.operation, bucket, key: isEmptyKey ? '' : key, parameters };
}

function candidatesOf(model: ServiceModel): readonly Candidate[] {
  const known = candidates.get(model) ?? Object.entries(model.operations).map(candidateOf(model)).sort(bySpecificity);
  candidates.set(model, known);
  return known;
}

function candidateOf(model: ServiceModel) {
  return ([operation, { input, method = 'POST', uri = '/' }]: [
    string,
    ServiceModel['operations'][string],
  ]): Candidate => {
    const [path = '', flags = ''] = uri.split('?');
    const shape = model.shapes[input ?? ''];
    const members = shape?.type === 'structure' ? shape.members : {};
    const required = shape?.type === 'structure' ? (shape.required ?? []) : [];
    const needed = required.flatMap((name) => {
      const { location, locationName = name } = members[name] ?? {};
      return location === 'querystring' || location === 'header' ? [{ location, name: locationName }] : [];
    });
    return {
      operation,
      method,
      level: path.includes('{Key') ? 'key' : path.includes('{Bucket') ? 'bucket' : 'service',
      query: [
        ...flags
          .split('&')
          .filter((flag) => flag !== '')
          .map((flag) => flag.split('=') as [string, string | undefined])
          .map(([name, value]) => [name, value] as const),
        ...needed.filter(({ location }) => location === 'querystring').map(({ name }) => [name, undefined] as const),
      ],
      // What a header has to say is for the operation to refuse; this one alone tells a copy from an upload.
      headers: needed.flatMap(({ location, name }) =>
        location === 'header' && name.toLowerCase() === 'x-amz-copy-source' ? [name.toLowerCase()] : [],
      ),
    };
  };
}

function bySpecificity(one: Candidate, other: Candidate): number {
  return other.query.length + other.headers.length - (one.query.length + one.headers.length);
}

/** `+` is a blank here; the first of several values counts. */
function parametersOf(query: string): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const pair of query.split('&')) {
    if (pair === '') continue;
    const [name = '', value = ''] = pair.replaceAll('+', ' ').split(/=(.*)/s).map(decodeUri);
    if (!parameters.has(name)) parameters.set(name, value);
  }
  return parameters;
}

/** @throws ServiceError `InvalidURI` */
export function decodeUri(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new ServiceError('InvalidURI', "Couldn't parse the specified URI.", { status: 400, cause });
  }
}

function notServed(message: string): ServiceError {
  return new ServiceError('NotImplemented', message, { status: 501 });
}

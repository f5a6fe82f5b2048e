// What UpdateRestApi changes, path by path, and what CreateRestApi checks of the same settings. Sentences and orders
// are recorded on AWS: LocalStack apigateway_api, TestApiGatewayApiRestApi.
import type { EndpointConfiguration, PatchOperation } from '@earwitness/protocol/internal/aws/models/apigateway.types';
import { badRequest, type RestApiRow } from './rest-api.ts';

/** Bytes. Source: the sentence below. */
const COMPRESSION_MAX = 10_485_760;

/** The API with one change. @throws ServiceError `BadRequestException` for a path or value that cannot be patched */
export function patchApi(api: RestApiRow, operation: PatchOperation): RestApiRow {
  const { op, path = '', value = '' } = operation;
  const mediaType = /^\/binaryMediaTypes\/(.+)$/.exec(path)?.[1];
  if (mediaType !== undefined) return { ...api, binaryMediaTypes: patchMediaTypes(api, mediaType, operation) };
  if (path === '/name' && op === 'replace') return { ...api, name: value };
  if (path === '/description') {
    const { description: _, ...rest } = api;
    return op === 'remove' ? rest : { ...rest, description: value };
  }
  if (path === '/minimumCompressionSize') {
    mustReplace(op);
    const { minimumCompressionSize: _, ...rest } = api;
    return value === '' ? rest : { ...rest, minimumCompressionSize: parseCompressionSize(Number(value)) };
  }
  if (path === '/apiKeySource') {
    mustReplace(op);
    if (value !== 'HEADER' && value !== 'AUTHORIZER') {
      throw badRequest('Invalid API key source specified. Valid values are HEADER and AUTHORIZER.');
    }
    const { apiKeySource: _, ...rest } = api;
    return value === 'AUTHORIZER' ? { ...rest, apiKeySource: value } : rest;
  }
  if (path.startsWith('/endpointConfiguration/')) {
    return { ...api, endpointConfiguration: patchEndpoint(api.endpointConfiguration, operation) };
  }
  if (path === '/binaryMediaTypes') throw badRequest(`Invalid patch path ${path}`);
  throw badRequest(`Earwitness does not patch ${path} of a REST API (${op}).`);
}

/** @throws ServiceError `BadRequestException` outside 0 to 10485760 */
export function parseCompressionSize(size: number): number {
  if (Number.isInteger(size) && size >= 0 && size <= COMPRESSION_MAX) return size;
  throw badRequest(`Invalid minimum compression size, must be between 0 and ${COMPRESSION_MAX}`);
}

/** With the defaults. @throws ServiceError `BadRequestException` */
export function parseEndpoint(given: EndpointConfiguration | undefined): EndpointConfiguration {
  const { types = ['EDGE'], ipAddressType, ...rest } = given ?? {};
  if (types.length === 0) {
    throw badRequest('REGIONAL Configuration and EDGE Configuration cannot be both DISABLED.');
  }
  if (types.length > 1) throw badRequest('Cannot create an api with multiple Endpoint Types.');
  return { ...rest, types, ipAddressType: ipAddressType ?? (types.includes('PRIVATE') ? 'dualstack' : 'ipv4') };
}

function patchMediaTypes(
  { binaryMediaTypes }: RestApiRow,
  pointer: string,
  { op, value = '' }: PatchOperation,
): readonly string[] {
  const type = readPointer(pointer);
  const others = binaryMediaTypes.filter((one) => one !== type);
  if (op === 'add') return others.length < binaryMediaTypes.length ? binaryMediaTypes : [...binaryMediaTypes, type];
  if (op === 'remove') return others;
  return [...others, readPointer(value)];
}

function readPointer(text: string): string {
  return text.replaceAll('~1', '/').replaceAll('~0', '~');
}

function patchEndpoint(
  current: EndpointConfiguration,
  { op, path = '', value = '' }: PatchOperation,
): EndpointConfiguration {
  if (path === '/endpointConfiguration/ipAddressType') {
    mustReplace(op);
    if (value !== 'ipv4' && value !== 'dualstack') {
      throw badRequest('ipAddressType must be either ipv4 or dualstack.');
    }
    if (value === 'ipv4' && current.types?.includes('PRIVATE')) {
      throw badRequest('Only dualstack ipAddressType is supported for Private APIs.');
    }
    return { ...current, ipAddressType: value };
  }
  if (!path.startsWith('/endpointConfiguration/types/')) {
    throw badRequest(`Earwitness does not patch ${path} of a REST API (${op}).`);
  }
  if (op !== 'replace') throw badRequest("Invalid patch operation specified. Must be 'add'|'remove'|'replace'");
  if (value !== 'REGIONAL' && value !== 'EDGE' && value !== 'PRIVATE') {
    throw badRequest('Invalid EndpointTypes specified. Valid options are REGIONAL,EDGE,PRIVATE');
  }
  return { ...current, types: [value], ...(value === 'PRIVATE' && { ipAddressType: 'dualstack' }) };
}

function mustReplace(op: PatchOperation['op']): void {
  if (op !== 'replace') throw badRequest('Invalid patch operation specified. Must be one of: [replace]');
}

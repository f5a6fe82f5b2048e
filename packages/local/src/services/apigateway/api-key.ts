// An API key: what it takes, what it shows, what can be changed. Sentences are recorded on AWS: LocalStack
// apigateway_extended TestApigatewayApiKeysCrud.
import { randomBytes } from 'node:crypto';
import type {
  ApiKey,
  CreateApiKeyRequest,
  PatchOperation,
} from '@earwitness/protocol/internal/aws/models/apigateway.types';
import type { ApiKeyRow } from '../../gateway/keys/usage-plan.ts';
import { badRequest } from './rest-api.ts';

/** Characters. Source: the sentences below, and the tests that recorded them. */
const VALUE_MIN = 20;
const VALUE_MAX = 128;
const NAME_MAX = 1024;
const DESCRIPTION_MAX = 125_000;

/** @throws ServiceError `BadRequestException` */
export function createApiKey(
  { id, now }: { readonly id: string; readonly now: number },
  { value = '', name = '', description, customerId, enabled = false, stageKeys = [], tags = {} }: CreateApiKeyRequest,
): ApiKeyRow {
  if (name.length > NAME_MAX) throw badRequest(`Invalid API Key name, can be at most ${NAME_MAX} characters.`);
  if (value !== '' && value.length < VALUE_MIN) {
    throw badRequest(`API Key value should be at least ${VALUE_MIN} characters`);
  }
  if (value.length > VALUE_MAX) throw badRequest(`API Key value exceeds maximum size of ${VALUE_MAX} characters`);
  const row: ApiKeyRow = {
    id,
    value: value === '' ? newValue() : value,
    ...(name !== '' && { name }),
    ...(customerId !== undefined && { customerId }),
    enabled,
    createdDate: now,
    lastUpdatedDate: now,
    stageKeys: stageKeys.map(({ restApiId, stageName }) => `${restApiId}/${stageName}`),
    tags,
  };
  return description === undefined ? row : withDescription(row, description);
}

/** 40 letters and digits, as those of AWS. */
function newValue(): string {
  return randomBytes(30).toString('base64').replaceAll(/[+/]/g, 'x');
}

function withDescription(row: ApiKeyRow, description: string): ApiKeyRow {
  if (description.length > DESCRIPTION_MAX) throw badRequest('Invalid API Key description specified.');
  return { ...row, description };
}

/** The key with one change. @throws ServiceError `BadRequestException` */
export function patchApiKey(row: ApiKeyRow, { op, path = '', value = '' }: PatchOperation): ApiKeyRow {
  switch (path) {
    case '/enabled':
      return { ...row, enabled: value === 'true' };
    case '/description':
      return withDescription(row, value);
    case '/name':
      return { ...row, name: value };
    case '/customerId':
      return { ...row, customerId: value };
    default:
      throw badRequest(
        `Invalid patch path  '${path}' specified for op '${op}'. Must be one of: [/description, /enabled, /name, /customerId]`,
      );
  }
}

/** The value is shown where it is asked for, and where the key is made. */
export function describeApiKey({ value, ...row }: ApiKeyRow, showsValue: boolean): ApiKey {
  return { ...row, ...(showsValue && { value }) };
}

/** As lists and its creation show it: without tags that are empty. */
export function describeListed(row: ApiKeyRow, showsValue: boolean): ApiKey {
  const { tags, ...described } = describeApiKey(row, showsValue);
  return Object.keys(row.tags).length === 0 ? described : { ...described, tags };
}

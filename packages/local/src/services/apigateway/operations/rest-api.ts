// REST APIs: create, read, list, rename, delete, import from OpenAPI.

import type { PatchOperation } from '@earwitness/protocol/internal/aws/models/apigateway.types';
import type { OperationsOf } from '../../../call.ts';
import { parseOpenApi } from '../../../gateway/open-api.ts';
import { importOpenApi } from '../open-api.ts';
import type { Parts } from '../parts.ts';
import { badRequest, describeApi, type RestApiRow } from '../rest-api.ts';
import { takePage } from '../rest-apis.ts';

export function restApiOperations({ platform, apis }: Parts) {
  const { table } = apis;
  const create = ({ account, region }: { account: string; region: string }, name: string): RestApiRow => {
    const rootResourceId = apis.newId(10);
    return {
      account,
      region,
      id: apis.newId(10),
      name,
      createdDate: platform.clock.now(),
      binaryMediaTypes: [],
      endpointConfiguration: { types: ['EDGE'], ipAddressType: 'ipv4' },
      tags: {},
      rootResourceId,
      resources: { [rootResourceId]: { id: rootResourceId, path: '/', methods: {} } },
      deployments: {},
      stages: {},
    };
  };

  const fill = async (api: RestApiRow, body: Uint8Array): Promise<RestApiRow> => {
    const imported = importOpenApi(await parseOpenApi(Buffer.from(body).toString('utf8')), api.rootResourceId, () =>
      apis.newId(6),
    );
    const filled = { ...api, ...imported };
    await table.save(filled);
    return filled;
  };

  return {
    async CreateRestApi(input, call) {
      if (input.cloneFrom !== undefined) throw badRequest('Earwitness does not clone REST APIs (cloneFrom).');
      const { description, version, binaryMediaTypes, endpointConfiguration, tags } = input;
      const api: RestApiRow = {
        ...create(call, input.name),
        ...(description !== undefined && { description }),
        ...(version !== undefined && { version }),
        ...(binaryMediaTypes && { binaryMediaTypes }),
        ...(endpointConfiguration && { endpointConfiguration }),
        ...(tags && { tags }),
      };
      await table.save(api);
      return describeApi(api);
    },
    GetRestApi: ({ restApiId }, call) => describeApi(table.find(restApiId, call)),
    GetRestApis(input, call) {
      const { page, next } = takePage(table.list(call), input);
      return { items: page.map(describeApi), ...next };
    },
    async UpdateRestApi({ restApiId, patchOperations }, call) {
      const api = (patchOperations ?? []).reduce(applyPatch, table.find(restApiId, call));
      await table.save(api);
      return describeApi(api);
    },
    async DeleteRestApi({ restApiId }, call) {
      await apis.deleteApi(table.find(restApiId, call));
      return {};
    },
    async ImportRestApi({ body }, call) {
      return describeApi(await fill(create(call, 'Imported API'), body));
    },
    async PutRestApi({ restApiId, body, mode }, call) {
      const api = table.find(restApiId, call);
      if (mode !== 'overwrite') throw badRequest("Earwitness puts OpenAPI documents with mode 'overwrite' only.");
      return describeApi(await fill(api, body));
    },
  } satisfies OperationsOf<'apigateway'>;
}

function applyPatch(api: RestApiRow, { op, path = '', value = '' }: PatchOperation): RestApiRow {
  const mediaType = /^\/binaryMediaTypes\/(.+)$/.exec(path)?.[1]?.replaceAll('~1', '/').replaceAll('~0', '~');
  if (path === '/name' && op === 'replace') return { ...api, name: value };
  if (path === '/description' && op === 'replace') return { ...api, description: value };
  if (mediaType !== undefined && op === 'add') {
    return { ...api, binaryMediaTypes: [...new Set([...api.binaryMediaTypes, mediaType])] };
  }
  if (mediaType !== undefined && op === 'remove') {
    return { ...api, binaryMediaTypes: api.binaryMediaTypes.filter((type) => type !== mediaType) };
  }
  throw badRequest(`Earwitness does not patch ${path} of a REST API (${op}).`);
}

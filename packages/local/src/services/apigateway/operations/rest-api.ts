// REST APIs: create, read, list, rename, delete, import from OpenAPI.

import type { OperationsOf } from '../../../call.ts';
import { parseOpenApi } from '../../../gateway/open-api.ts';
import { importOpenApi } from '../open-api.ts';
import type { Parts } from '../parts.ts';
import { badRequest, describeApi, describeNewApi, type RestApiRow } from '../rest-api.ts';
import { parseCompressionSize, parseEndpoint, patchApi } from '../rest-api-patch.ts';
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
      endpointConfiguration: parseEndpoint(undefined),
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
      const { apiKeySource, binaryMediaTypes, description, endpointConfiguration, tags, version } = input;
      const { minimumCompressionSize } = input;
      if (description === '') throw badRequest('Description cannot be an empty string');
      const api: RestApiRow = {
        ...create(call, input.name),
        ...(description !== undefined && { description }),
        ...(version !== undefined && { version }),
        ...(binaryMediaTypes && { binaryMediaTypes }),
        ...(minimumCompressionSize !== undefined && {
          minimumCompressionSize: parseCompressionSize(minimumCompressionSize),
        }),
        endpointConfiguration: parseEndpoint(endpointConfiguration),
        ...(apiKeySource === 'AUTHORIZER' && { apiKeySource }),
        ...(tags && { tags }),
      };
      await table.save(api);
      return describeNewApi(api);
    },
    GetRestApi: ({ restApiId }, call) => describeApi(table.find(restApiId, call)),
    GetRestApis(input, call) {
      const { page, next } = takePage(table.list(call), input);
      return { items: page.map(describeNewApi), ...next };
    },
    async UpdateRestApi({ restApiId, patchOperations }, call) {
      const api = (patchOperations ?? []).reduce(patchApi, table.find(restApiId, call));
      await table.save(api);
      return describeApi(api);
    },
    async DeleteRestApi({ restApiId }, call) {
      await apis.deleteApi(table.find(restApiId, call));
      return {};
    },
    async ImportRestApi({ body }, call) {
      return describeNewApi(await fill(create(call, 'Imported API'), body));
    },
    async PutRestApi({ restApiId, body, mode }, call) {
      const api = table.find(restApiId, call);
      if (mode !== 'overwrite') throw badRequest("Earwitness puts OpenAPI documents with mode 'overwrite' only.");
      return describeApi(await fill(api, body));
    },
  } satisfies OperationsOf<'apigateway'>;
}

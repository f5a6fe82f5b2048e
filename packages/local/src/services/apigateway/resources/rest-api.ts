// CloudFormation: AWS::ApiGateway::RestApi, also with an OpenAPI Body (Ref: its id).

import type { PatchOperation } from '@earwitness/protocol/internal/aws/models/apigateway.types';
import { apiName } from '../../../gateway/api-name.ts';
import { examineRoute } from '../../../gateway/unserved/examine-route.ts';
import { type Finding, refusalsOf } from '../../../resources/finding.ts';
import { isRecord, textProperty, textsProperty } from '../../../resources/properties.ts';
import { type ResourceContext, serviceResource } from '../../../resources/service-resource.ts';
import { createRoute } from '../deployment.ts';
import { importOpenApi } from '../open-api.ts';
import { replace } from './patch.ts';
import { changeTagsOf } from './tags.ts';

export const restApiResource = serviceResource('apigateway', {
  type: 'AWS::ApiGateway::RestApi',
  takenBy: ['CreateRestApi'],
  serves: ['ApiKeySourceType', 'Name', 'Body', 'BinaryMediaTypes', 'Description', 'EndpointConfiguration', 'Tags'],
  ignores: [
    ...['DisableExecuteApiEndpoint', 'FailOnWarnings', 'MinimumCompressionSize', 'Mode'],
    ...['Parameters', 'Policy', 'SecurityPolicy', 'EndpointAccessMode', 'Version'],
  ],
  gone: 'NotFoundException',
  async examine({ Body: body }, { standIns }) {
    if (!isRecord(body)) return [];
    const found: Finding[] = [];
    let last = 0;
    const imported = await refusalsOf(['Body'], async () => {
      const { authorizers, resources } = importOpenApi(body, 'root', () => String(++last));
      for (const resource of Object.values(resources)) {
        for (const [httpMethod, method] of Object.entries(resource.methods)) {
          const route = () => createRoute({ resource, httpMethod, method, authorizers }, standIns);
          found.push(...(await examineRoute(['Body'], route)));
        }
      }
    });
    return [...imported, ...found];
  },
  async create({ Body: body, ...properties }, context) {
    const { logicalId, parse, run } = context;
    const { ApiKeySourceType: ApiKeySource, ...settings } = properties;
    const named = { Name: apiName(body, logicalId), ApiKeySource, ...settings };
    const input = await parse('CreateRestApi', named);
    const { id = '', rootResourceId = '' } = await run('CreateRestApi', input);
    const made = { physicalId: id, attributes: { RootResourceId: rootResourceId, RestApiId: id } };
    context.began(made);
    await putBody(id, body, context);
    return made;
  },
  async update(made, properties, context) {
    const { previous, run } = context;
    const restApiId = made.physicalId;
    await putBody(restApiId, properties['Body'], context);
    const texts = [
      ['/name', textProperty(properties, 'Name')],
      ['/description', textProperty(properties, 'Description')],
      ['/apiKeySource', textProperty(properties, 'ApiKeySourceType')],
    ] as const;
    const types = textsProperty(properties, 'BinaryMediaTypes');
    const dropped = textsProperty(previous, 'BinaryMediaTypes').filter((type) => !types.includes(type));
    const patchOperations: PatchOperation[] = [
      ...texts.flatMap(([path, value]) => (value === undefined ? [] : [replace(path, value)])),
      ...dropped.map((type) => ({ op: 'remove', path: mediaTypePath(type) }) as const),
      ...types.map((type) => ({ op: 'add', path: mediaTypePath(type) }) as const),
    ];
    await run('UpdateRestApi', { restApiId, patchOperations });
    await changeTagsOf(`/restapis/${restApiId}`, properties, context);
    return made;
  },
  delete: ({ physicalId: restApiId }, { run }) => run('DeleteRestApi', { restApiId }),
});

async function putBody(restApiId: string, body: unknown, { run }: ResourceContext<'apigateway'>): Promise<void> {
  if (body === undefined) return;
  await run('PutRestApi', { restApiId, mode: 'overwrite', body: Buffer.from(JSON.stringify(body)) });
}

function mediaTypePath(type: string): string {
  return `/binaryMediaTypes/${type.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

// CloudFormation: AWS::ApiGateway::UsagePlan (Ref: its id) and AWS::ApiGateway::UsagePlanKey (Ref: key and plan).
import type { PatchOperation } from '@earwitness/protocol/internal/aws/models/apigateway.types';
import type { Properties } from '../../../resources/resource.ts';
import { type ResourceContext, serviceResource } from '../../../resources/service-resource.ts';
import { replace } from './patch.ts';
import { changeTagsOf } from './tags.ts';

export const usagePlanResource = serviceResource('apigateway', {
  type: 'AWS::ApiGateway::UsagePlan',
  takenBy: ['CreateUsagePlan'],
  serves: ['ApiStages', 'Description', 'Quota', 'Tags', 'Throttle', 'UsagePlanName'],
  gone: 'NotFoundException',
  async create(properties, context) {
    const { id = '' } = await context.run('CreateUsagePlan', await inputOf(properties, context));
    return { physicalId: id, attributes: { Id: id } };
  },
  async update(made, properties, context) {
    const usagePlanId = made.physicalId;
    const { apiStages: before = [] } = await context.run('GetUsagePlan', { usagePlanId });
    const { name, description = '', apiStages = [], throttle, quota } = await inputOf(properties, context);
    const patchOperations: PatchOperation[] = [
      replace('/name', name),
      replace('/description', description),
      ...before.map(({ apiId, stage }) => ({ op: 'remove', path: '/apiStages', value: `${apiId}:${stage}` }) as const),
      ...apiStages.flatMap(({ apiId, stage, throttle: methods = {} }) => [
        { op: 'add', path: '/apiStages', value: `${apiId}:${stage}` } as const,
        ...Object.entries(methods).flatMap(([method, limits]) =>
          replaceAll(`/apiStages/${apiId}:${stage}/throttle/${method.replaceAll('/', '~1')}`, limits),
        ),
      ]),
      { op: 'remove', path: '/throttle' },
      ...replaceAll('/throttle', throttle),
      { op: 'remove', path: '/quota' },
      ...replaceAll('/quota', quota),
    ];
    await context.run('UpdateUsagePlan', { usagePlanId, patchOperations });
    await changeTagsOf(`/usageplans/${usagePlanId}`, properties, context);
    return made;
  },
  delete: ({ physicalId: usagePlanId }, { run }) => run('DeleteUsagePlan', { usagePlanId }),
});

function inputOf({ UsagePlanName, ...properties }: Properties, context: ResourceContext<'apigateway'>) {
  return context.parse('CreateUsagePlan', { Name: UsagePlanName ?? context.generateName(), ...properties });
}

function replaceAll(path: string, settings: object = {}): PatchOperation[] {
  return Object.entries(settings).map(([name, value]) => replace(`${path}/${name}`, String(value)));
}

export const usagePlanKeyResource = serviceResource('apigateway', {
  type: 'AWS::ApiGateway::UsagePlanKey',
  takenBy: ['CreateUsagePlanKey'],
  serves: ['KeyId', 'KeyType', 'UsagePlanId'],
  gone: 'NotFoundException',
  async create(properties, { parse, run }) {
    const input = await parse('CreateUsagePlanKey', properties);
    await run('CreateUsagePlanKey', input);
    const id = `${input.keyId}:${input.usagePlanId}`;
    return { physicalId: id, attributes: { Id: id } };
  },
  delete: (_made, { properties, run }) =>
    run('DeleteUsagePlanKey', {
      usagePlanId: String(properties['UsagePlanId']),
      keyId: String(properties['KeyId']),
    }),
});

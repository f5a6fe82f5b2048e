// CloudFormation: AWS::Lambda::EventInvokeConfig (Ref: function and qualifier).
import { found } from '../../../resources/gone.ts';
import type { Made, Properties } from '../../../resources/resource.ts';
import { type ResourceContext, serviceResource } from '../../../resources/service-resource.ts';

export const eventInvokeConfigResource = serviceResource('lambda', {
  type: 'AWS::Lambda::EventInvokeConfig',
  serves: ['FunctionName', 'Qualifier', 'DestinationConfig', 'MaximumEventAgeInSeconds', 'MaximumRetryAttempts'],
  gone: 'ResourceNotFoundException',
  // PutFunctionEventInvokeConfig overwrites the settings of that function and qualifier.
  async namesake(properties, { parse, run }) {
    const input = await parse('GetFunctionEventInvokeConfig', properties);
    const config = run('GetFunctionEventInvokeConfig', input);
    return { name: idOf(input), exists: (await found('ResourceNotFoundException', config)) !== undefined };
  },
  create: (properties, context) => put(properties, context),
  update: (_made, properties, context) => put(properties, context),
  delete: async (_made, { parse, properties, run }) =>
    run('DeleteFunctionEventInvokeConfig', await parse('DeleteFunctionEventInvokeConfig', properties)),
});

async function put(properties: Properties, { parse, run }: ResourceContext<'lambda'>): Promise<Made> {
  const input = await parse('PutFunctionEventInvokeConfig', properties);
  await run('PutFunctionEventInvokeConfig', input);
  return { physicalId: idOf(input), attributes: {} };
}

function idOf({
  FunctionName: name,
  Qualifier: qualifier = '',
}: {
  FunctionName: string;
  Qualifier?: string | undefined;
}) {
  return `${name}|${qualifier}`;
}

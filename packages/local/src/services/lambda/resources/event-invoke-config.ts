// CloudFormation: AWS::Lambda::EventInvokeConfig (Ref: function and qualifier).

import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import { plainText } from '@earwitness/protocol/internal/template/value';
import { refusalsOf, type StandingIn } from '../../../resources/finding.ts';
import { found } from '../../../resources/gone.ts';
import { isRecord } from '../../../resources/properties.ts';
import type { Made, Properties } from '../../../resources/resource.ts';
import { type ResourceContext, serviceResource } from '../../../resources/service-resource.ts';
import { DESTINATION_SERVICES, parseInvokeConfig } from '../operations/event-invoke-config.ts';

export const eventInvokeConfigResource = serviceResource('lambda', {
  type: 'AWS::Lambda::EventInvokeConfig',
  takenBy: ['PutFunctionEventInvokeConfig'],
  serves: ['FunctionName', 'Qualifier', 'DestinationConfig', 'MaximumEventAgeInSeconds', 'MaximumRetryAttempts'],
  gone: 'ResourceNotFoundException',
  async examine(properties, { parse, standIns }) {
    const refused = await refusalsOf(['DestinationConfig'], async () => {
      const input = await parse('PutFunctionEventInvokeConfig', properties);
      parseInvokeConfig({ ...input, FunctionName: 'known' }, { standIns });
    });
    return refused.length > 0 ? refused : standInDestinations(properties['DestinationConfig']);
  },
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

function standInDestinations(destinations: unknown): StandingIn[] {
  const entries = isRecord(destinations) ? Object.entries(destinations) : [];
  return entries.flatMap(([name, value]): StandingIn[] => {
    const service = isRecord(value) ? parseArn(plainText(value['Destination']))?.service : undefined;
    if (service === undefined || DESTINATION_SERVICES.includes(service)) return [];
    const why = `results of invocations are not sent to ${service}`;
    return [{ kind: 'stands in', path: ['DestinationConfig', name], why, means: 'what would be sent is recorded' }];
  });
}

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

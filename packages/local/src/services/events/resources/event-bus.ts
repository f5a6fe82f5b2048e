// CloudFormation: AWS::Events::EventBus (Ref: its name).
import { textProperty } from '../../../resources/properties.ts';
import type { Made, Properties } from '../../../resources/resource.ts';
import { type ResourceContext, serviceResource } from '../../../resources/service-resource.ts';
import { changeTagsOf } from './change-tags.ts';

export const eventBusResource = serviceResource('events', {
  type: 'AWS::Events::EventBus',
  takenBy: ['CreateEventBus'],
  serves: [
    ...['Name', 'EventSourceName', 'Description', 'KmsKeyIdentifier', 'DeadLetterConfig', 'LogConfig', 'Policy'],
    'Tags',
  ],
  documents: ['Policy'],
  gone: 'ResourceNotFoundException',
  async create(properties, context) {
    const input = await context.parse('CreateEventBus', properties);
    const { EventBusArn: Arn = '' } = await context.run('CreateEventBus', input);
    context.began({ physicalId: input.Name, attributes: { Arn } });
    return setPolicy(input.Name, properties, context);
  },
  // It may be named by its ARN, too.
  async adopt({ Name: given = '' }, context) {
    const { Name = given } = await context.run('DescribeEventBus', { Name: given });
    return setPolicy(Name, {}, context);
  },
  async update({ physicalId: Name }, properties, context) {
    await context.run('UpdateEventBus', { ...(await context.parse('UpdateEventBus', properties)), Name });
    const made = await setPolicy(Name, properties, context);
    await changeTagsOf(made, properties, context);
    return made;
  },
  delete: ({ physicalId: Name }, { run }) => run('DeleteEventBus', { Name }),
});

async function setPolicy(Name: string, properties: Properties, { run }: ResourceContext<'events'>): Promise<Made> {
  const policy = textProperty(properties, 'Policy');
  if (policy !== undefined) await run('PutPermission', { EventBusName: Name, Policy: policy });
  const { Arn = '', Policy = '' } = await run('DescribeEventBus', { Name });
  return { physicalId: Name, attributes: { Arn, Name, Policy } };
}

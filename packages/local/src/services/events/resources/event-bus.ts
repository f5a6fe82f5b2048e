// CloudFormation: AWS::Events::EventBus (Ref: its name).
import type { CreateEventBusRequest } from '@earwitness/protocol/internal/aws/models/events.types';
import { fineIf, parseInput, tagsProperty } from '../../../resources/properties.ts';
import type { Made, Properties, ResourceContext, ResourceType } from '../../../resources/resource.ts';

const fineIfGone = fineIf('ResourceNotFoundException');

export const eventBusResource: ResourceType = {
  type: 'AWS::Events::EventBus',
  properties: {
    Name: 'required-replaces',
    EventSourceName: 'replaces',
    Description: 'optional',
    KmsKeyIdentifier: 'optional',
    DeadLetterConfig: 'optional',
    LogConfig: 'optional',
    Policy: 'optional',
    Tags: 'optional',
  },
  async create(properties, context) {
    const { Name = '', ...settings } = await parseSettings(properties);
    const Tags = Object.entries(tagsProperty(properties)).map(([Key, Value]) => ({ Key, Value }));
    await context.dispatch.call('events', 'CreateEventBus', { ...settings, Name, Tags }, context.call);
    await putPolicy(Name, properties, context);
    return describe(Name, context);
  },
  async update({ physicalId: Name }, properties, context) {
    const { EventSourceName: _, ...settings } = await parseSettings(properties);
    await context.dispatch.call('events', 'UpdateEventBus', { ...settings, Name }, context.call);
    await putPolicy(Name, properties, context);
    return describe(Name, context);
  },
  async delete({ physicalId: Name }, { call, dispatch }) {
    await fineIfGone(dispatch.call('events', 'DeleteEventBus', { Name }, call));
  },
};

function parseSettings({ Tags: _, ...properties }: Properties): Promise<Partial<CreateEventBusRequest>> {
  return parseInput('events', 'CreateEventBus', properties);
}

async function putPolicy(EventBusName: string, { Policy }: Properties, { call, dispatch }: ResourceContext) {
  if (Policy === undefined) return;
  const text = typeof Policy === 'string' ? Policy : JSON.stringify(Policy);
  await dispatch.call('events', 'PutPermission', { EventBusName, Policy: text }, call);
}

async function describe(Name: string, { call, dispatch }: ResourceContext): Promise<Made> {
  const { Arn = '', Policy = '' } = await dispatch.call('events', 'DescribeEventBus', { Name }, call);
  return { physicalId: Name, attributes: { Arn, Name, Policy } };
}

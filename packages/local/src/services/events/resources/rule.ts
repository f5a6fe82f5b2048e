// CloudFormation: AWS::Events::Rule with its targets (Ref: its name, `bus|name` on a bus other than the default one).
import type { Target } from '@earwitness/protocol/internal/aws/models/events.types';
import { fineIf, parseInput, tagsProperty } from '../../../resources/properties.ts';
import type { Made, Properties, ResourceContext, ResourceType } from '../../../resources/resource.ts';
import { busRefOf } from '../bus.ts';

const fineIfGone = fineIf('ResourceNotFoundException');

export const ruleResource: ResourceType = {
  type: 'AWS::Events::Rule',
  properties: {
    Name: 'replaces',
    EventBusName: 'replaces',
    EventPattern: 'optional',
    ScheduleExpression: 'optional',
    State: 'optional',
    Description: 'optional',
    RoleArn: 'optional',
    Targets: 'optional',
    Tags: 'optional',
  },
  create: (properties, context) =>
    put(String(properties['Name'] ?? context.generateName({ maxLength: 64 })), properties, context),
  async update({ physicalId }, properties, context) {
    const kept = new Set((await targetsOf(properties)).map(({ Id }) => Id));
    const dropped = (await targetsOf(context.previous)).filter(({ Id }) => !kept.has(Id));
    const made = await put(parseId(physicalId).name, properties, context);
    await removeTargets(physicalId, dropped, context);
    return made;
  },
  async delete({ physicalId }, context) {
    const { call, dispatch } = context;
    const { name, EventBusName } = parseId(physicalId);
    const remove = async () => {
      const { Targets = [] } = await dispatch.call('events', 'ListTargetsByRule', { Rule: name, EventBusName }, call);
      await removeTargets(physicalId, Targets, context);
      await dispatch.call('events', 'DeleteRule', { Name: name, EventBusName }, call);
    };
    await fineIfGone(remove());
  },
};

async function put(name: string, properties: Properties, { call, dispatch }: ResourceContext): Promise<Made> {
  const { EventPattern: pattern, Targets: _targets, Tags: _tags, ...plain } = properties;
  const input = await parseInput('events', 'PutRule', plain);
  const { RuleArn = '' } = await dispatch.call(
    'events',
    'PutRule',
    {
      ...input,
      Name: name,
      // An object in the template: its keys keep their order.
      ...(pattern !== undefined && { EventPattern: typeof pattern === 'string' ? pattern : JSON.stringify(pattern) }),
      Tags: Object.entries(tagsProperty(properties)).map(([Key, Value]) => ({ Key, Value })),
    },
    call,
  );
  const targets = await targetsOf(properties);
  const { EventBusName } = input;
  if (targets.length > 0) {
    await dispatch.call('events', 'PutTargets', { Rule: name, EventBusName, Targets: targets }, call);
  }
  const isDefault = busRefOf(EventBusName, call).name === 'default';
  return { physicalId: isDefault ? name : `${EventBusName}|${name}`, attributes: { Arn: RuleArn } };
}

async function targetsOf({ Targets }: Properties): Promise<readonly Target[]> {
  return (await parseInput('events', 'PutTargets', { Targets })).Targets ?? [];
}

async function removeTargets(
  physicalId: string,
  targets: readonly Target[],
  { call, dispatch }: ResourceContext,
): Promise<void> {
  if (targets.length === 0) return;
  const { name, EventBusName } = parseId(physicalId);
  const Ids = targets.map(({ Id }) => Id);
  await dispatch.call('events', 'RemoveTargets', { Rule: name, EventBusName, Ids }, call);
}

function parseId(physicalId: string): { name: string; EventBusName: string | undefined } {
  const [first = '', second] = physicalId.split('|');
  return second === undefined ? { name: first, EventBusName: undefined } : { name: second, EventBusName: first };
}

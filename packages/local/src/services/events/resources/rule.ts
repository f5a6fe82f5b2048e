// CloudFormation: AWS::Events::Rule with its targets (Ref: its name, `bus|name` on a bus other than the default one).
import { found } from '../../../resources/gone.ts';
import { textProperty } from '../../../resources/properties.ts';
import type { Beginning, Made, Properties } from '../../../resources/resource.ts';
import { type ResourceContext, serviceResource } from '../../../resources/service-resource.ts';
import { busRefOf } from '../bus.ts';
import { changeTagsOf } from './change-tags.ts';

type Context = ResourceContext<'events'>;

export const ruleResource = serviceResource('events', {
  type: 'AWS::Events::Rule',
  serves: [
    ...['Name', 'EventBusName', 'EventPattern', 'ScheduleExpression', 'State', 'Description', 'RoleArn', 'Targets'],
    'Tags',
  ],
  documents: ['EventPattern'],
  gone: 'ResourceNotFoundException',
  // PutRule changes a rule of that name.
  async namesake(properties, context) {
    const Name = textProperty(properties, 'Name');
    if (Name === undefined) return undefined;
    const EventBusName = textProperty(properties, 'EventBusName');
    const rule = context.run('DescribeRule', { Name, EventBusName });
    return {
      name: formatId(Name, EventBusName, context),
      exists: (await found('ResourceNotFoundException', rule)) !== undefined,
    };
  },
  create: (properties, context) =>
    put(textProperty(properties, 'Name') ?? context.generateName({ maxLength: 64 }), properties, context),
  async update({ physicalId }, properties, context) {
    const kept = new Set((await targetsOf(properties, context)).map(({ Id }) => Id));
    const dropped = (await targetsOf(context.previous, context)).filter(({ Id }) => !kept.has(Id));
    const made = await put(parseId(physicalId).Rule, properties, context);
    await removeTargets(physicalId, dropped, context);
    await changeTagsOf(made, properties, context);
    return made;
  },
  async delete({ physicalId }, context) {
    const { Rule, EventBusName } = parseId(physicalId);
    const { Targets = [] } = await context.run('ListTargetsByRule', { Rule, EventBusName });
    await removeTargets(physicalId, Targets, context);
    await context.run('DeleteRule', { Name: Rule, EventBusName });
  },
});

async function put(Name: string, properties: Properties, context: Context & Partial<Beginning>): Promise<Made> {
  const { parse, run } = context;
  const input = await parse('PutRule', properties);
  const { EventBusName } = input;
  const { RuleArn = '' } = await run('PutRule', { ...input, Name });
  const made = { physicalId: formatId(Name, EventBusName, context), attributes: { Arn: RuleArn } };
  context.began?.(made);
  const Targets = await targetsOf(properties, context);
  if (Targets.length > 0) await run('PutTargets', { Rule: Name, EventBusName, Targets });
  return made;
}

function formatId(name: string, busName: string | undefined, { call }: Context): string {
  return busRefOf(busName, call).name === 'default' ? name : `${busName}|${name}`;
}

async function targetsOf({ Targets = [] }: Properties, { parse }: Context) {
  return (await parse('PutTargets', { Targets })).Targets;
}

async function removeTargets(physicalId: string, targets: readonly { readonly Id: string }[], { run }: Context) {
  if (targets.length > 0) await run('RemoveTargets', { ...parseId(physicalId), Ids: targets.map(({ Id }) => Id) });
}

function parseId(physicalId: string): { Rule: string; EventBusName: string | undefined } {
  const [first = '', second] = physicalId.split('|');
  return second === undefined ? { Rule: first, EventBusName: undefined } : { Rule: second, EventBusName: first };
}

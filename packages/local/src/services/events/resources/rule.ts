// CloudFormation: AWS::Events::Rule with its targets (Ref: its name, `bus|name` on a bus other than the default one).
import { parseArn } from '@earwitness/protocol/internal/aws/arn';
import { type PropertyPath, refusalsOf, type StandingIn } from '../../../resources/finding.ts';
import { found } from '../../../resources/gone.ts';
import { isRecord, textProperty } from '../../../resources/properties.ts';
import type { Beginning, Made, Properties } from '../../../resources/resource.ts';
import { type ResourceContext, serviceResource } from '../../../resources/service-resource.ts';
import { busRefOf } from '../bus.ts';
import { checkTrigger } from '../operations/rule.ts';
import { checkTarget, isDelivered } from '../operations/target.ts';
import { changeTagsOf } from './change-tags.ts';

type Context = ResourceContext<'events'>;

export const ruleResource = serviceResource('events', {
  type: 'AWS::Events::Rule',
  takenBy: ['PutRule', 'PutTargets'],
  serves: [
    ...['Name', 'EventBusName', 'EventPattern', 'ScheduleExpression', 'State', 'Description', 'RoleArn', 'Targets'],
    'Tags',
  ],
  documents: ['EventPattern'],
  gone: 'ResourceNotFoundException',
  async examine(properties, context) {
    const bus = busRefOf(textProperty(properties, 'EventBusName'), context.call);
    const targets = Array.isArray(properties['Targets']) ? properties['Targets'] : [];
    const found = await Promise.all([
      refusalsOf(triggerOf(properties), () =>
        checkTrigger(
          {
            EventPattern: textProperty(properties, 'EventPattern'),
            ScheduleExpression: textProperty(properties, 'ScheduleExpression'),
          },
          bus,
        ),
      ),
      ...targets.map(async (one, index) => {
        const refused = await refusalsOf(['Targets', index], async () => {
          const [target] = await targetsOf({ Targets: [one] }, context);
          if (target) checkTarget(target, bus, context);
        });
        const mend = mendOf(one, context);
        return mend === undefined ? refused : refused.map((refusal) => ({ ...refusal, mend }));
      }),
    ]);
    const refused = found.flat();
    return [
      ...refused,
      ...standInTargets(targets).filter(({ path }) => !refused.some((one) => one.path[1] === path[1])),
    ];
  },
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

/** What lets a target stand in that is refused for its service alone. */
function mendOf(target: unknown, { standIns }: Pick<Context, 'standIns'>): string | undefined {
  const arn = isRecord(target) ? String(target['Arn']) : '';
  const service = parseArn(arn)?.service;
  if (service === undefined || isDelivered(arn) || standIns.allows(service)) return undefined;
  return `let it stand in: unserved: { '${service}': 'stand-in' }`;
}

function standInTargets(targets: readonly unknown[]): StandingIn[] {
  return targets.flatMap((target, index): StandingIn[] => {
    const arn = isRecord(target) ? String(target['Arn']) : '';
    if (isDelivered(arn)) return [];
    const why = `events are not delivered to ${parseArn(arn)?.service ?? arn}`;
    return [{ kind: 'stands in', path: ['Targets', index], why, means: 'what a rule would send is recorded' }];
  });
}

function triggerOf(properties: Properties): PropertyPath {
  const name = ['EventPattern', 'ScheduleExpression'].find((one) => properties[one] !== undefined);
  return name === undefined ? [] : [name];
}

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

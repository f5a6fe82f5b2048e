// CloudFormation: AWS::Events::EventBusPolicy: one statement, by its parts (Action, Principal, Condition) or whole in
// `Statement`.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { isRecord, textProperty } from '../../../resources/properties.ts';
import type { Made, Properties } from '../../../resources/resource.ts';
import { type ResourceContext, serviceResource } from '../../../resources/service-resource.ts';

export const eventBusPolicyResource = serviceResource('events', {
  type: 'AWS::Events::EventBusPolicy',
  serves: ['EventBusName', 'StatementId', 'Action', 'Principal', 'Condition', 'Statement'],
  gone: 'ResourceNotFoundException',
  // PutPermission changes a statement of that id. An id is taken in all stacks, also for another bus. Source: aws-cdk
  // #38655, #8010.
  async namesake(properties, context) {
    const name = String(properties['StatementId']);
    const statements = await statementsOf(properties, context);
    return { name, exists: statements.some(({ Sid }) => Sid === name) };
  },
  create: putStatement,
  update: (_made, properties, context) => putStatement(properties, context),
  delete: async (_made, { parse, properties, run }) =>
    run('RemovePermission', await parse('RemovePermission', properties)),
});

async function statementsOf(
  properties: Properties,
  { run }: ResourceContext<'events'>,
): Promise<readonly { readonly Sid?: string }[]> {
  const { Policy = '{}' } = await run('DescribeEventBus', { Name: textProperty(properties, 'EventBusName') });
  return (JSON.parse(Policy) as { Statement?: readonly { Sid?: string }[] }).Statement ?? [];
}

async function putStatement(properties: Properties, context: ResourceContext<'events'>): Promise<Made> {
  const { parse, run } = context;
  const StatementId = textProperty(properties, 'StatementId') ?? '';
  const { Statement } = properties;
  if (Statement === undefined) {
    await run('PutPermission', await parse('PutPermission', properties));
  } else {
    if (!isRecord(Statement)) {
      throw new ServiceError('ValidationException', 'The property Statement has to be an object.');
    }
    const EventBusName = textProperty(properties, 'EventBusName');
    const others = (await statementsOf(properties, context)).filter(({ Sid }) => Sid !== StatementId);
    const all = { Version: '2012-10-17', Statement: [...others, { Sid: StatementId, ...Statement }] };
    await run('PutPermission', { EventBusName, Policy: JSON.stringify(all) });
  }
  return { physicalId: StatementId, attributes: {} };
}

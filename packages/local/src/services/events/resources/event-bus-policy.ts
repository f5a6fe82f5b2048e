// CloudFormation: AWS::Events::EventBusPolicy: one statement, by its parts (Action, Principal, Condition) or whole in `Statement`.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { fineIf, parseInput, textProperty } from '../../../resources/properties.ts';
import type { Made, Properties, ResourceContext, ResourceType } from '../../../resources/resource.ts';

const fineIfGone = fineIf('ResourceNotFoundException');

export const eventBusPolicyResource: ResourceType = {
  type: 'AWS::Events::EventBusPolicy',
  properties: {
    EventBusName: 'replaces',
    StatementId: 'required-replaces',
    Action: 'optional',
    Principal: 'optional',
    Condition: 'optional',
    Statement: 'optional',
  },
  create: putStatement,
  update: (_made, properties, context) => putStatement(properties, context),
  async delete(_made, { call, dispatch, properties }) {
    const StatementId = textProperty(properties, 'StatementId');
    const EventBusName = textProperty(properties, 'EventBusName');
    await fineIfGone(dispatch.call('events', 'RemovePermission', { EventBusName, StatementId }, call));
  },
};

async function putStatement(properties: Properties, { call, dispatch }: ResourceContext): Promise<Made> {
  const StatementId = textProperty(properties, 'StatementId') ?? '';
  const EventBusName = textProperty(properties, 'EventBusName');
  const { Statement } = properties;
  if (Statement === undefined) {
    const input = await parseInput('events', 'PutPermission', properties);
    await dispatch.call('events', 'PutPermission', input, call);
  } else {
    if (Statement === null || typeof Statement !== 'object') {
      throw new ServiceError('ValidationException', 'The property Statement has to be an object.');
    }
    const { Policy = '{}' } = await dispatch.call('events', 'DescribeEventBus', { Name: EventBusName }, call);
    const { Statement: statements = [] } = JSON.parse(Policy) as { Statement?: readonly { Sid?: string }[] };
    const others = statements.filter(({ Sid }) => Sid !== StatementId);
    const all = { Version: '2012-10-17', Statement: [...others, { Sid: StatementId, ...Statement }] };
    await dispatch.call('events', 'PutPermission', { EventBusName, Policy: JSON.stringify(all) }, call);
  }
  return { physicalId: StatementId, attributes: {} };
}

// Events of services that call the function when something happens there: Alexa, IoT, CloudWatch Logs, Cognito.
import { isList, isMap, type Value, type ValueMap } from '../../value.ts';
import { addResource, type FunctionEvent, pick, referredId, report } from '../assembly.ts';
import { partitionOf } from '../role.ts';
import { addPermission, type EventPlace, reportEvent } from './function-event.ts';

export function addSkill(event: FunctionEvent, place: EventPlace): void {
  const skill = event.properties['SkillId'];
  addPermission(place, `${place.serverless.logicalId}${event.name}Permission`, {
    Principal: 'alexa-appkit.amazon.com',
    ...(skill !== undefined && { EventSourceToken: skill }),
  });
}

export function addIotRule(event: FunctionEvent, place: EventPlace): void {
  const { assembly, serverless, target } = place;
  const id = `${serverless.logicalId}${event.name}`;
  addPermission(place, `${id}Permission`, {
    Principal: 'iot.amazonaws.com',
    SourceArn: sourceArn(place, 'iot', 'rule/${RuleName}', { RuleName: { Ref: id } }),
    SourceAccount: { 'Fn::Sub': '${AWS::AccountId}' },
  });
  const payload = {
    ...pick(event.properties, ['Sql', 'AwsIotSqlVersion']),
    RuleDisabled: false,
    Actions: [{ Lambda: { FunctionArn: target.arn } }],
  };
  const Properties = { TopicRulePayload: assembly.source.derive(payload, event.declared) };
  addResource(assembly, id, { Type: 'AWS::IoT::TopicRule', Properties }, serverless);
}

export function addLogSubscription(event: FunctionEvent, place: EventPlace): void {
  const { assembly, serverless, target } = place;
  const id = `${serverless.logicalId}${event.name}`;
  const group = event.properties['LogGroupName'] ?? '';
  addPermission(place, `${id}Permission`, {
    Principal: 'logs.amazonaws.com',
    SourceArn: sourceArn(place, 'logs', 'log-group:${__LogGroupName__}:*', { __LogGroupName__: group }),
  });
  const filter = { ...pick(event.properties, ['LogGroupName', 'FilterPattern']), DestinationArn: target.arn };
  const Properties = assembly.source.derive(filter, event.declared);
  const resource = { Type: 'AWS::Logs::SubscriptionFilter', DependsOn: [`${id}Permission`], Properties };
  addResource(assembly, id, resource, serverless);
}

function sourceArn({ assembly }: EventPlace, service: string, rest: string, variables: ValueMap): Value {
  const text = `arn:${partitionOf(assembly)}:${service}:\${AWS::Region}:\${AWS::AccountId}:${rest}`;
  return { 'Fn::Sub': [text, variables] };
}

/** A user pool of the same template calls the function at one or several of its triggers. */
export function addPoolTrigger(event: FunctionEvent, place: EventPlace): void {
  const { assembly, target } = place;
  const named = event.properties['UserPool'];
  if (isMap(named) && named['Ref'] !== undefined && typeof named['Ref'] !== 'string') {
    const id = `${place.serverless.logicalId}${event.name}`;
    reportEvent(place, { ...event, name: id }, { message: 'Ref in Userpool is not a string.' });
    return;
  }
  const poolId = isMap(named) ? referredId(named) : undefined;
  const pool = poolId === undefined ? undefined : assembly.resources.get(poolId);
  if (poolId === undefined || !pool) {
    reportEvent(place, event, { message: 'Cognito events must reference a Cognito UserPool in the same template.' });
    return;
  }
  addPermission(place, `${target.logicalId}CognitoPermission`, {
    Principal: 'cognito-idp.amazonaws.com',
    SourceArn: { 'Fn::GetAtt': [poolId, 'Arn'] },
  });
  const properties = isMap(pool['Properties']) ? pool['Properties'] : {};
  const given = properties['LambdaConfig'];
  if (given !== undefined && !isMap(given)) {
    const message = "Property 'LambdaConfig' should be a map.";
    report(assembly, { ...place.serverless, logicalId: poolId }, { message, at: properties });
    return;
  }
  const config: Record<string, Value> = { ...given };
  const triggers = event.properties['Trigger'] ?? [];
  for (const trigger of (isList(triggers) ? triggers : [triggers]).map(String)) {
    if (config[trigger] !== undefined) {
      reportEvent(place, event, { message: `Cognito trigger "${trigger}" defined multiple times.` });
    }
    config[trigger] = target.arn;
  }
  const changed = assembly.source.derive({ ...properties, LambdaConfig: config }, pool['Properties'] ?? pool);
  assembly.resources.set(poolId, assembly.source.derive({ ...pool, Properties: changed }, pool));
}

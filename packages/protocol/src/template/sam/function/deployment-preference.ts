// DeploymentPreference: an alias that moves step by step, by CodeDeploy. What it needs is made (and stands in on a
// local cloud, where an alias moves at once). Source: aws-sam-translator 1.110.
import { isList, isMap, scalarText, type Value, type ValueMap } from '../../value.ts';
import { anyOf } from '../api/any-of.ts';
import { type Assembly, addResource, type Serverless, withTags } from '../assembly.ts';
import { resolveMappings } from '../known-value.ts';

const APPLICATION = 'ServerlessDeploymentApplication';
const ROLE = 'CodeDeployServiceRole';

/** What CodeDeploy itself has, behind its own prefix. Source: aws-sam-translator 1.110. */
const OWN_TYPES = [
  ...['AllAtOnce', 'Canary10Percent5Minutes', 'Canary10Percent10Minutes', 'Canary10Percent15Minutes'],
  ...['Canary10Percent30Minutes', 'Linear10PercentEvery1Minute', 'Linear10PercentEvery2Minutes'],
  ...['Linear10PercentEvery3Minutes', 'Linear10PercentEvery10Minutes'],
];

/** Adds what deploys a function's alias; returns the alias's UpdatePolicy, nothing without a preference. */
export function addDeploymentGroup(assembly: Assembly, serverless: Serverless): ValueMap {
  const { logicalId, properties, declared } = serverless;
  const preference = properties['DeploymentPreference'];
  if (!isMap(preference) || isDisabled(preference, assembly)) return {};
  const { Alarms: alarms, Hooks: hooks, Role: role, TriggerConfigurations, Type: type } = preference;
  const { Condition: own, ...others } = declared;
  const condition = passesCondition(preference, assembly) && typeof own === 'string' ? own : undefined;
  addShared(assembly, serverless, { role, condition });
  const groupId = `${logicalId}DeploymentGroup`;
  const Properties: ValueMap = {
    ...(alarms !== undefined && { AlarmConfiguration: alarmsOf(alarms) }),
    ApplicationName: { Ref: APPLICATION },
    AutoRollbackConfiguration: {
      Enabled: true,
      Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM', 'DEPLOYMENT_STOP_ON_REQUEST'],
    },
    ...(type !== undefined && { DeploymentConfigName: configOf(resolveMappings(type, assembly)) }),
    DeploymentStyle: { DeploymentOption: 'WITH_TRAFFIC_CONTROL', DeploymentType: 'BLUE_GREEN' },
    ServiceRoleArn: role ?? { 'Fn::GetAtt': [ROLE, 'Arn'] },
    ...(TriggerConfigurations !== undefined && { TriggerConfigurations }),
  };
  const attributes = condition === undefined ? {} : { Condition: condition };
  const origin = { ...serverless, declared: assembly.source.derive({ ...attributes, ...others }, declared) };
  addResource(assembly, groupId, { Type: 'AWS::CodeDeploy::DeploymentGroup', Properties }, origin);
  return {
    UpdatePolicy: {
      CodeDeployLambdaAliasUpdate: {
        ApplicationName: { Ref: APPLICATION },
        DeploymentGroupName: { Ref: groupId },
        ...(isMap(hooks) && hooksOf(hooks)),
      },
    },
  };
}

/** `Enabled: false`, written out, by a parameter or by a mapping; a preference without members is none. */
export function isDisabled(preference: ValueMap, assembly: Assembly): boolean {
  const { Enabled: enabled = true } = preference;
  if (Object.keys(preference).length === 0) return true;
  return scalarText(resolveMappings(enabled, assembly))?.toLowerCase() === 'false';
}

/** Whether the group has the function's condition; undefined for a value that does not tell. */
export function passesCondition(
  { PassthroughCondition: asked = false }: ValueMap,
  assembly: Assembly,
): boolean | undefined {
  const text = scalarText(resolveMappings(asked, assembly))?.toLowerCase();
  return text === 'true' || text === 'false' ? text === 'true' : undefined;
}

/** One application and one role serve all functions of a template; they are there when one of those is. */
function addShared(
  { resources, conditions, source }: Assembly,
  origin: Serverless,
  { role, condition }: { readonly role: Value | undefined; readonly condition: string | undefined },
): void {
  const before = resources.get(APPLICATION);
  const names = before ? conditionsOf(before, conditions) : [];
  const all = condition === undefined || (before && names.length === 0) ? [] : [...new Set([...names, condition])];
  if (all.length > 1) Object.assign(conditions, anyOf(all, CONDITION));
  else delete conditions[CONDITION];
  const Condition = all.length > 1 ? CONDITION : all[0];
  const attributes = Condition === undefined ? {} : { Condition };
  const application: ValueMap = { Type: 'AWS::CodeDeploy::Application', Properties: { ComputePlatform: 'Lambda' } };
  const { Condition: _, ...kept } = before ?? application;
  resources.set(APPLICATION, { ...withTags(kept, origin, source), ...attributes });
  const { Condition: __, ...made } = resources.get(ROLE) ?? serviceRole();
  if (role === undefined || resources.has(ROLE)) resources.set(ROLE, { ...made, ...attributes });
}

const CONDITION = 'ServerlessCodeDeployCondition';

/** The conditions under which an application is there; none when it always is. */
function conditionsOf({ Condition: name }: ValueMap, conditions: Assembly['conditions']): readonly string[] {
  if (typeof name !== 'string') return [];
  const several = name === CONDITION ? conditions[CONDITION]?.['Fn::Or'] : undefined;
  if (!isList(several)) return [name];
  return several.flatMap((one) => (isMap(one) && typeof one['Condition'] === 'string' ? [one['Condition']] : []));
}

function serviceRole(): ValueMap {
  const Statement = [
    { Action: ['sts:AssumeRole'], Effect: 'Allow', Principal: { Service: ['codedeploy.amazonaws.com'] } },
  ];
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: { Version: '2012-10-17', Statement },
      ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSCodeDeployRoleForLambda'],
    },
  };
}

/** A type with CodeDeploy's own ones written out, also inside functions. */
function configOf(type: Value, within?: string): Value {
  if (isList(type)) return type.map((one) => configOf(one));
  if (isMap(type)) {
    return Object.fromEntries(Object.entries(type).map(([name, one]) => [name, configOf(one, name)] as const));
  }
  if (typeof type !== 'string' || !OWN_TYPES.includes(type)) return type;
  const whole = ['CodeDeployDefault.Lambda${ConfigName}', { ConfigName: type }];
  return within === 'Fn::Sub' ? whole : { 'Fn::Sub': whole };
}

function alarmsOf(alarms: Value): Value {
  const listed = (list: readonly Value[]): ValueMap => ({ Alarms: list.map((Name) => ({ Name })), Enabled: true });
  if (isList(alarms)) return listed(alarms);
  const choice = isMap(alarms) ? alarms['Fn::If'] : undefined;
  if (!isList(choice)) return alarms;
  return { 'Fn::If': choice.map((value) => (isList(value) ? listed(value) : value)) };
}

function hooksOf({ PreTraffic: before, PostTraffic: after }: ValueMap): ValueMap {
  return {
    ...(before !== undefined && { BeforeAllowTrafficHook: before }),
    ...(after !== undefined && { AfterAllowTrafficHook: after }),
  };
}

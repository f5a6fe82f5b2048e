// DeploymentPreference: an alias that moves step by step, by CodeDeploy. What it needs is made (and stands in on a
// local cloud, where an alias moves at once). Source: aws-sam-translator 1.110.
import { isList, isMap, scalarText, type Value, type ValueMap } from '../value.ts';
import { type Assembly, addResource, knownText, type Serverless, withTags } from './assembly.ts';

const APPLICATION = 'ServerlessDeploymentApplication';
const ROLE = 'CodeDeployServiceRole';

/** Types that CodeDeploy itself has, behind its own prefix. */
const OWN_TYPE = /^(AllAtOnce|Canary\d+Percent\d+Minutes|Linear\d+PercentEvery\d+Minutes?)$/;

/** Adds what deploys a function's alias; returns the alias's UpdatePolicy, nothing without a preference. */
export function addDeploymentGroup(assembly: Assembly, serverless: Serverless): ValueMap {
  const { logicalId, properties } = serverless;
  const preference = properties['DeploymentPreference'];
  if (!isMap(preference) || isDisabled(preference, assembly)) return {};
  const { Alarms: alarms, Hooks: hooks, Role: role, TriggerConfigurations, Type: type } = preference;
  addShared(assembly, serverless, role);
  const groupId = `${logicalId}DeploymentGroup`;
  const Properties: ValueMap = {
    ...(alarms !== undefined && { AlarmConfiguration: alarmsOf(alarms) }),
    ApplicationName: { Ref: APPLICATION },
    AutoRollbackConfiguration: {
      Enabled: true,
      Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM', 'DEPLOYMENT_STOP_ON_REQUEST'],
    },
    ...(type !== undefined && { DeploymentConfigName: configOf(type) }),
    DeploymentStyle: { DeploymentOption: 'WITH_TRAFFIC_CONTROL', DeploymentType: 'BLUE_GREEN' },
    ServiceRoleArn: role ?? { 'Fn::GetAtt': [ROLE, 'Arn'] },
    ...(TriggerConfigurations !== undefined && { TriggerConfigurations }),
  };
  addResource(assembly, groupId, { Type: 'AWS::CodeDeploy::DeploymentGroup', Properties }, serverless);
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

/** `Enabled: false`, written out or by a parameter. */
export function isDisabled({ Enabled: enabled }: ValueMap, assembly: Assembly): boolean {
  return (scalarText(enabled) ?? knownText(enabled, assembly)) === 'false';
}

/** One application and one role serve all functions of a template. */
function addShared({ resources, source }: Assembly, origin: Serverless, role: Value | undefined): void {
  if (!resources.has(APPLICATION)) {
    const application = { Type: 'AWS::CodeDeploy::Application', Properties: { ComputePlatform: 'Lambda' } };
    resources.set(APPLICATION, withTags(application, origin, source));
  }
  if (role !== undefined || resources.has(ROLE)) return;
  const Statement = [
    { Action: ['sts:AssumeRole'], Effect: 'Allow', Principal: { Service: ['codedeploy.amazonaws.com'] } },
  ];
  resources.set(ROLE, {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: { Version: '2012-10-17', Statement },
      ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSCodeDeployRoleForLambda'],
    },
  });
}

function configOf(type: Value): Value {
  const text = scalarText(type);
  if (text !== undefined && !OWN_TYPE.test(text)) return text;
  const choice = isMap(type) ? type['Fn::If'] : undefined;
  if (isList(choice)) {
    const [condition = '', ...branches] = choice;
    return { 'Fn::If': [condition, ...branches.map(configOf)] };
  }
  return { 'Fn::Sub': ['CodeDeployDefault.Lambda${ConfigName}', { ConfigName: type }] };
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

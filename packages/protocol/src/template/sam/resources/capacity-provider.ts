// AWS::Serverless::CapacityProvider: instances of one's own that functions run on, and the role that starts them.
import { asIntrinsic, isList, isMap, scalarText, type Value, type ValueMap } from '../../value.ts';
import { type Assembly, addResource, ownAttributes, pick, report, type Serverless, tagPairs } from '../assembly.ts';
import { managedPolicyArn, roleFor } from '../role.ts';
import { checkResource } from '../specification.ts';

export function expandCapacityProvider(assembly: Assembly, serverless: Serverless): void {
  const { logicalId, properties, declared } = serverless;
  checkResource(assembly, serverless);
  const { OperatorRole: role, InstanceRequirements: instances, ScalingConfig: scaling, Tags: own } = properties;
  refuseMembers(assembly, serverless);
  if (isMap(instances) && instances['AllowedTypes'] !== undefined && instances['ExcludedTypes'] !== undefined) {
    const both = "'InstanceRequirements.AllowedTypes' and 'InstanceRequirements.ExcludedTypes'";
    report(assembly, serverless, { message: `Cannot specify ${both} together.`, at: instances });
  }
  const mark = { 'lambda:createdBy': 'SAM' };
  const tags = { ...(isMap(own) && own), ...mark };
  const roleId = `${logicalId}OperatorRole`;
  const provider = {
    ...pick(properties, ['CapacityProviderName', 'VpcConfig', 'KmsKeyArn']),
    PermissionsConfig: { CapacityProviderOperatorRoleArn: role ?? { 'Fn::GetAtt': [roleId, 'Arn'] } },
    Tags: tagPairs(tags),
    ...(isMap(instances) && { InstanceRequirements: renamed(instances) }),
    ...(isMap(scaling) && { CapacityProviderScalingConfig: scalingOf(scaling) }),
  };
  const Properties = assembly.source.derive(provider, properties);
  const resource = { Type: 'AWS::Lambda::CapacityProvider', ...ownAttributes(declared), Properties };
  addResource(assembly, logicalId, resource, serverless);
  if (role !== undefined) return;
  const propagated = scalarText(properties['PropagateTags']) === 'true' ? tags : mark;
  const members = {
    ManagedPolicyArns: [managedPolicyArn('AWSLambdaManagedEC2ResourceOperator', assembly)],
    Tags: tagPairs(propagated),
  };
  // Its tags are passed on together with SAM's own mark, which other resources lose.
  addResource(assembly, roleId, roleFor('lambda.amazonaws.com', members), { ...serverless, properties: {} });
}

/** What each member holds; `!` stands behind one that is required. */
const MEMBERS: Readonly<Record<string, Readonly<Record<string, 'list' | 'integer' | 'number'>>>> = {
  VpcConfig: { SecurityGroupIds: 'list', 'SubnetIds!': 'list' },
  InstanceRequirements: { Architectures: 'list', AllowedTypes: 'list', ExcludedTypes: 'list' },
  ScalingConfig: { MaxVCpuCount: 'integer', AverageCPUUtilization: 'number' },
};

/** Reports members of another kind, and those that there are not, in one sentence as SAM does. */
function refuseMembers(assembly: Assembly, serverless: Serverless): void {
  const messages = Object.entries(MEMBERS).flatMap(([property, members]) => {
    const value = serverless.properties[property];
    if (!isMap(value) || asIntrinsic(value)) return [];
    const path = (name: string) => `Property '${property}.${name}'`;
    const names = Object.keys(members).map((name) => name.replace('!', ''));
    return [
      ...Object.entries(members).flatMap(([entry, kind]) => {
        const name = entry.replace('!', '');
        const one = value[name];
        if (one === undefined) return name === entry ? [] : [`${path(name)} is required.`];
        return holds(one, kind) ? [] : [`${path(name)} value must be dictionary or ${kind}.`];
      }),
      ...Object.keys(value)
        .filter((name) => !names.includes(name))
        .map((name) => `${path(name)} is an invalid property.`),
    ];
  });
  if (messages.length > 0) report(assembly, serverless, { message: messages.join(' ') });
}

function holds(value: Value, kind: 'list' | 'integer' | 'number'): boolean {
  if (isMap(value)) return true;
  if (kind === 'list') return isList(value);
  const text = scalarText(value);
  const number = text === undefined || text === '' ? Number.NaN : Number(text);
  return kind === 'integer' ? Number.isInteger(number) : !Number.isNaN(number);
}

function renamed({ Architectures: architectures, AllowedTypes: allowed, ExcludedTypes: excluded }: ValueMap): ValueMap {
  return {
    ...(architectures !== undefined && { Architectures: architectures }),
    ...(allowed !== undefined && { AllowedInstanceTypes: allowed }),
    ...(excluded !== undefined && { ExcludedInstanceTypes: excluded }),
  };
}

function scalingOf({ MaxVCpuCount: most, AverageCPUUtilization: target }: ValueMap): ValueMap {
  const policies: Value = [
    { PredefinedMetricType: 'LambdaCapacityProviderAverageCPUUtilization', TargetValue: target ?? null },
  ];
  return {
    ...(most !== undefined && { MaxVCpuCount: most }),
    ...(target === undefined ? { ScalingMode: 'Auto' } : { ScalingMode: 'Manual', ScalingPolicies: policies }),
  };
}

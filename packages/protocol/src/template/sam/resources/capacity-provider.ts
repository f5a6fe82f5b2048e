// AWS::Serverless::CapacityProvider: instances of one's own that functions run on, and the role that starts them.
import { asIntrinsic, isMap, plainText, type Value, type ValueMap } from '../../value.ts';
import { type Assembly, addResource, ownAttributes, pick, report, type Serverless, tagPairs } from '../assembly.ts';
import { managedPolicyArn, roleFor } from '../role.ts';
import { checkResource } from '../specification.ts';

export function expandCapacityProvider(assembly: Assembly, serverless: Serverless): void {
  const { logicalId, properties, declared } = serverless;
  checkResource(assembly, serverless);
  const { OperatorRole: role, InstanceRequirements: instances, ScalingConfig: scaling, Tags: own } = properties;
  const network = properties['VpcConfig'];
  if (isMap(network) && !asIntrinsic(network) && network['SubnetIds'] === undefined) {
    report(assembly, serverless, { message: "Property 'VpcConfig.SubnetIds' is required.", at: network });
  }
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
  const propagated = plainText(properties['PropagateTags']) === 'true' ? tags : mark;
  const members = {
    ManagedPolicyArns: [managedPolicyArn('AWSLambdaManagedEC2ResourceOperator', assembly)],
    Tags: tagPairs(propagated),
  };
  addResource(assembly, roleId, roleFor('lambda.amazonaws.com', members), serverless);
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

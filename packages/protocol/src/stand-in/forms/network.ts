// Exact forms: networks, machines, load balancers, containers. Addresses are those of private networks and of
// documentation (RFC 5737).
// Sources: AWS CloudFormation user guide, "Return values" of each type; Amazon EC2 user guide, "Resource IDs"; ARNs:
// Service Authorization Reference.
import type { ExactForm } from '../exact-form.ts';

export const NETWORK_FORMS: Readonly<Record<string, ExactForm>> = {
  'AWS::EC2::VPC': {
    values: { id: 'vpc-{hex:17}' },
    ref: '{id}',
    attributes: {
      CidrBlock: '{CidrBlock}',
      DefaultNetworkAcl: 'acl-{hex:17}',
      DefaultSecurityGroup: 'sg-{hex:17}',
      VpcId: '{id}',
    },
  },
  'AWS::EC2::Subnet': {
    values: { id: 'subnet-{hex:17}', zone: '{region}a' },
    ref: '{id}',
    attributes: {
      AvailabilityZone: '{AvailabilityZone|zone}',
      CidrBlock: '{CidrBlock}',
      NetworkAclAssociationId: 'aclassoc-{hex:17}',
      SubnetId: '{id}',
      VpcId: '{VpcId}',
    },
  },
  'AWS::EC2::SecurityGroup': {
    values: { id: 'sg-{hex:17}' },
    ref: '{id}',
    attributes: { GroupId: '{id}', Id: '{id}', VpcId: '{VpcId}' },
  },
  'AWS::EC2::SecurityGroupIngress': { values: { id: 'sgr-{hex:17}' }, ref: '{id}', attributes: { Id: '{id}' } },
  'AWS::EC2::SecurityGroupEgress': { values: { id: 'sgr-{hex:17}' }, ref: '{id}', attributes: { Id: '{id}' } },
  'AWS::EC2::InternetGateway': {
    values: { id: 'igw-{hex:17}' },
    ref: '{id}',
    attributes: { InternetGatewayId: '{id}' },
  },
  'AWS::EC2::VPCGatewayAttachment': {
    values: { type: '{VpnGatewayId?VGW:IGW}' },
    ref: '{type}|{VpcId}',
    attributes: { AttachmentType: '{type}' },
  },
  'AWS::EC2::RouteTable': { values: { id: 'rtb-{hex:17}' }, ref: '{id}', attributes: { RouteTableId: '{id}' } },
  'AWS::EC2::Route': {
    values: { destination: '{DestinationCidrBlock|DestinationIpv6CidrBlock|DestinationPrefixListId}' },
    ref: '{RouteTableId}|{destination}',
    attributes: { CidrBlock: '{destination}' },
  },
  'AWS::EC2::SubnetRouteTableAssociation': {
    values: { id: 'rtbassoc-{hex:17}' },
    ref: '{id}',
    attributes: { Id: '{id}' },
  },
  'AWS::EC2::NatGateway': {
    values: { id: 'nat-{hex:17}' },
    ref: '{id}',
    attributes: { EniId: 'eni-{hex:17}', NatGatewayId: '{id}' },
  },
  'AWS::EC2::EIP': {
    values: { address: '203.0.113.1{digits:2}' },
    ref: '{address}',
    attributes: { AllocationId: 'eipalloc-{hex:17}', PublicIp: '{address}' },
  },
  'AWS::EC2::VPCEndpoint': {
    values: { id: 'vpce-{hex:17}' },
    ref: '{id}',
    attributes: { Id: '{id}' },
  },
  'AWS::EC2::Instance': {
    values: { id: 'i-{hex:17}', zone: '{region}a' },
    ref: '{id}',
    attributes: {
      AvailabilityZone: '{AvailabilityZone|zone}',
      InstanceId: '{id}',
      PrivateIp: '10.0.0.1{digits:2}',
      PublicIp: '203.0.113.1{digits:2}',
    },
  },
  'AWS::EC2::LaunchTemplate': {
    values: { id: 'lt-{hex:17}' },
    ref: '{id}',
    attributes: { DefaultVersionNumber: '1', LatestVersionNumber: '1', LaunchTemplateId: '{id}' },
  },
  'AWS::EC2::NetworkAcl': { values: { id: 'acl-{hex:17}' }, ref: '{id}', attributes: { Id: '{id}' } },
  'AWS::EC2::NetworkInterface': {
    values: { id: 'eni-{hex:17}', address: '10.0.0.1{digits:2}' },
    ref: '{id}',
    attributes: { Id: '{id}', PrimaryPrivateIpAddress: '{PrivateIpAddress|address}' },
  },
  'AWS::EC2::Volume': { values: { id: 'vol-{hex:17}' }, ref: '{id}', attributes: { VolumeId: '{id}' } },
  'AWS::EC2::FlowLog': { values: { id: 'fl-{hex:17}' }, ref: '{id}', attributes: { Id: '{id}' } },
  'AWS::EC2::KeyPair': { ref: '{KeyName}', attributes: { KeyPairId: 'key-{hex:17}' } },
  // Load balancers of the type "gateway" have `gwy` in the ARN; they are written as "application".
  'AWS::ElasticLoadBalancingV2::LoadBalancer': {
    values: {
      name: '{Name|generated:32}',
      full: '{Type=network?net:app}/{name}/{hex:16}',
      arn: '{arn:elasticloadbalancing}:loadbalancer/{full}',
    },
    ref: '{arn}',
    attributes: {
      CanonicalHostedZoneID: 'Z{upper:13}',
      DNSName: '{Scheme=internal?internal-:}{name}-{digits:10}.{region}.elb.{suffix}',
      LoadBalancerArn: '{arn}',
      LoadBalancerFullName: '{full}',
      LoadBalancerName: '{name}',
    },
  },
  'AWS::ElasticLoadBalancingV2::TargetGroup': {
    values: {
      name: '{Name|generated:32}',
      full: 'targetgroup/{name}/{hex:16}',
      arn: '{arn:elasticloadbalancing}:{full}',
    },
    ref: '{arn}',
    attributes: { TargetGroupArn: '{arn}', TargetGroupFullName: '{full}', TargetGroupName: '{name}' },
  },
  'AWS::ElasticLoadBalancingV2::Listener': {
    values: { arn: '{arn:elasticloadbalancing}:listener/{LoadBalancerArn>loadbalancer/}/{hex:16}' },
    ref: '{arn}',
    attributes: { ListenerArn: '{arn}' },
  },
  'AWS::ElasticLoadBalancingV2::ListenerRule': {
    values: { arn: '{arn:elasticloadbalancing}:listener-rule/{ListenerArn>listener/}/{hex:16}' },
    ref: '{arn}',
    attributes: { IsDefault: 'false', RuleArn: '{arn}' },
  },
  'AWS::AutoScaling::AutoScalingGroup': {
    values: { name: '{AutoScalingGroupName|generated:255}' },
    ref: '{name}',
    attributes: {
      AutoScalingGroupARN: '{arn:autoscaling}:autoScalingGroup:{uuid}:autoScalingGroupName/{name}',
    },
  },
  'AWS::ECS::Cluster': {
    values: { name: '{ClusterName|generated:255}' },
    ref: '{name}',
    attributes: { Arn: '{arn:ecs}:cluster/{name}' },
  },
  'AWS::ECS::Service': {
    values: { name: '{ServiceName|generated:255}', arn: "{arn:ecs}:service/{Cluster>/|'default'}/{name}" },
    ref: '{arn}',
    attributes: { Name: '{name}', ServiceArn: '{arn}' },
  },
  'AWS::ECS::TaskDefinition': {
    values: { arn: '{arn:ecs}:task-definition/{Family|generated:255}:1' },
    ref: '{arn}',
    attributes: { TaskDefinitionArn: '{arn}' },
  },
  'AWS::ECR::Repository': {
    values: { name: '{RepositoryName|generatedLower:256}' },
    ref: '{name}',
    attributes: {
      Arn: '{arn:ecr}:repository/{name}',
      RepositoryUri: '{account}.dkr.ecr.{region}.{suffix}/{name}',
    },
  },
  'AWS::Batch::ComputeEnvironment': {
    values: { arn: '{arn:batch}:compute-environment/{ComputeEnvironmentName|generated:128}' },
    ref: '{arn}',
    attributes: { ComputeEnvironmentArn: '{arn}' },
  },
  'AWS::Batch::JobQueue': {
    values: { arn: '{arn:batch}:job-queue/{JobQueueName|generated:128}' },
    ref: '{arn}',
    attributes: { JobQueueArn: '{arn}' },
  },
  'AWS::Batch::JobDefinition': {
    values: { arn: '{arn:batch}:job-definition/{JobDefinitionName|generated:128}:1' },
    ref: '{arn}',
    attributes: { JobDefinitionArn: '{arn}' },
  },
  'AWS::Batch::SchedulingPolicy': {
    values: { arn: '{arn:batch}:scheduling-policy/{Name|generated:128}' },
    ref: '{arn}',
    attributes: { Arn: '{arn}' },
  },
  'AWS::ServiceDiscovery::PrivateDnsNamespace': {
    values: { id: 'ns-{lower:16}' },
    ref: '{id}',
    attributes: {
      Arn: '{arn:servicediscovery}:namespace/{id}',
      HostedZoneId: 'Z{upper:20}',
      Id: '{id}',
    },
  },
  'AWS::ServiceDiscovery::HttpNamespace': {
    values: { id: 'ns-{lower:16}' },
    ref: '{id}',
    attributes: { Arn: '{arn:servicediscovery}:namespace/{id}', Id: '{id}' },
  },
  'AWS::ServiceDiscovery::Service': {
    values: { id: 'srv-{lower:16}' },
    ref: '{id}',
    attributes: {
      Arn: '{arn:servicediscovery}:service/{id}',
      Id: '{id}',
      Name: '{Name|generated:255}',
    },
  },
};

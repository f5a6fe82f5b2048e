// The roles that services make for themselves: their names and the policy that each carries, which follow from no rule.
// Recorded on AWS (LocalStack, test_service_role_lifecycle, March 2025; EventBridge's own from a native capture). Any
// other service gets a role named after it, without a policy.
import { ownEntry } from '../../own-entry.ts';

/** By the service's name without `.amazonaws.com`: the role's name after `AWSServiceRoleFor`, and its policy. */
const KNOWN: Readonly<Record<string, readonly [name: string, policy: string]>> = {
  'accountdiscovery.ssm': ['AmazonSSM_AccountDiscovery', 'AWSSystemsManagerAccountDiscoveryServicePolicy'],
  acm: ['CertificateManager', 'CertificateManagerServiceRolePolicy'],
  'apidestinations.events': ['AmazonEventBridgeApiDestinations', 'AmazonEventBridgeApiDestinationsServiceRolePolicy'],
  appmesh: ['AppMesh', 'AWSAppMeshServiceRolePolicy'],
  autoscaling: ['AutoScaling', 'AutoScalingServiceRolePolicy'],
  'autoscaling-plans': ['AutoScalingPlans_EC2AutoScaling', 'AWSAutoScalingPlansEC2AutoScalingPolicy'],
  backup: ['Backup', 'AWSBackupServiceLinkedRolePolicyForBackup'],
  batch: ['Batch', 'BatchServiceRolePolicy'],
  'cassandra.application-autoscaling': [
    'ApplicationAutoScaling_CassandraTable',
    'AWSApplicationAutoscalingCassandraTablePolicy',
  ],
  'cks.kms': ['KeyManagementServiceCustomKeyStores', 'AWSKeyManagementServiceCustomKeyStoresServiceRolePolicy'],
  cloudtrail: ['CloudTrail', 'CloudTrailServiceRolePolicy'],
  'codestar-notifications': ['CodeStarNotifications', 'AWSCodeStarNotificationsServiceRolePolicy'],
  config: ['Config', 'AWSConfigServiceRolePolicy'],
  connect: ['AmazonConnect', 'AmazonConnectServiceLinkedRolePolicy'],
  dms: ['DMSServerless', 'AWSDMSServerlessServiceRolePolicy'],
  'dms-fleet-advisor': ['DMSFleetAdvisor', 'AWSDMSFleetAdvisorServiceRolePolicy'],
  'docdb-elastic': ['DocDB-Elastic', 'AmazonDocDB-ElasticServiceRolePolicy'],
  'ec2-instance-connect': ['Ec2InstanceConnect', 'Ec2InstanceConnectEndpoint'],
  'ec2.application-autoscaling': [
    'ApplicationAutoScaling_EC2SpotFleetRequest',
    'AWSApplicationAutoscalingEC2SpotFleetRequestPolicy',
  ],
  ecr: ['ECRTemplate', 'ECRTemplateServiceRolePolicy'],
  ecs: ['ECS', 'AmazonECSServiceRolePolicy'],
  eks: ['AmazonEKS', 'AmazonEKSServiceRolePolicy'],
  'eks-connector': ['AmazonEKSConnector', 'AmazonEKSConnectorServiceRolePolicy'],
  'eks-fargate': ['AmazonEKSForFargate', 'AmazonEKSForFargateServiceRolePolicy'],
  'eks-nodegroup': ['AmazonEKSNodegroup', 'AWSServiceRoleForAmazonEKSNodegroup'],
  elasticache: ['ElastiCache', 'ElastiCacheServiceRolePolicy'],
  elasticbeanstalk: ['ElasticBeanstalk', 'AWSElasticBeanstalkServiceRolePolicy'],
  elasticfilesystem: ['AmazonElasticFileSystem', 'AmazonElasticFileSystemServiceRolePolicy'],
  elasticloadbalancing: ['ElasticLoadBalancing', 'AWSElasticLoadBalancingServiceRolePolicy'],
  'email.cognito-idp': ['AmazonCognitoIdpEmailService', 'AmazonCognitoIdpEmailServiceRolePolicy'],
  'emr-containers': ['AmazonEMRContainers', 'AmazonEMRContainersServiceRolePolicy'],
  emrwal: ['EMRWAL', 'EMRDescribeClusterPolicyForEMRWAL'],
  fis: ['FIS', 'AmazonFISServiceRolePolicy'],
  grafana: ['AmazonGrafana', 'AmazonGrafanaServiceLinkedRolePolicy'],
  imagebuilder: ['ImageBuilder', 'AWSServiceRoleForImageBuilder'],
  iotmanagedintegrations: ['IoTManagedIntegrations', 'AWSIoTManagedIntegrationsRolePolicy'],
  kafka: ['Kafka', 'KafkaServiceRolePolicy'],
  kafkaconnect: ['KafkaConnect', 'KafkaConnectServiceRolePolicy'],
  lakeformation: ['LakeFormationDataAccess', 'LakeFormationDataAccessServiceRolePolicy'],
  lex: ['LexBots', 'AmazonLexBotPolicy'],
  lexv2: ['LexV2Bots', 'AmazonLexV2BotPolicy'],
  lightsail: ['Lightsail', 'LightsailExportAccess'],
  m2: ['AWSM2', 'AWSM2ServicePolicy'],
  memorydb: ['MemoryDB', 'MemoryDBServiceRolePolicy'],
  mq: ['AmazonMQ', 'AmazonMQServiceRolePolicy'],
  'mrk.kms': ['KeyManagementServiceMultiRegionKeys', 'AWSKeyManagementServiceMultiRegionKeysServiceRolePolicy'],
  notifications: ['AwsUserNotifications', 'AWSUserNotificationsServiceLinkedRolePolicy'],
  'observability.aoss': ['AmazonOpenSearchServerless', 'AmazonOpenSearchServerlessServiceRolePolicy'],
  opensearchservice: ['AmazonOpenSearchService', 'AmazonOpenSearchServiceRolePolicy'],
  'ops.apigateway': ['APIGateway', 'APIGatewayServiceRolePolicy'],
  'ops.emr-serverless': ['AmazonEMRServerless', 'AmazonEMRServerlessServiceRolePolicy'],
  'opsdatasync.ssm': ['SystemsManagerOpsDataSync', 'AWSSystemsManagerOpsDataSyncServiceRolePolicy'],
  'opsinsights.ssm': ['AmazonSSM_OpsInsights', 'AWSSSMOpsInsightsServiceRolePolicy'],
  'pullthroughcache.ecr': ['ECRPullThroughCache', 'AWSECRPullThroughCache_ServiceRolePolicy'],
  ram: ['ResourceAccessManager', 'AWSResourceAccessManagerServiceRolePolicy'],
  rds: ['RDS', 'AmazonRDSServiceRolePolicy'],
  redshift: ['Redshift', 'AmazonRedshiftServiceLinkedRolePolicy'],
  'replication.cassandra': ['KeyspacesReplication', 'KeyspacesReplicationServiceRolePolicy'],
  'replication.ecr': ['ECRReplication', 'ECRReplicationServiceRolePolicy'],
  'repository.sync.codeconnections': ['GitSync', 'AWSGitSyncServiceRolePolicy'],
  'resource-explorer-2': ['ResourceExplorer', 'AWSResourceExplorerServiceRolePolicy'],
  rolesanywhere: ['RolesAnywhere', 'AWSRolesAnywhereServicePolicy'],
  's3-outposts': ['S3OnOutposts', 'AWSS3OnOutpostsServiceRolePolicy'],
  ses: ['AmazonSES', 'AmazonSESServiceRolePolicy'],
  shield: ['AWSShield', 'AWSShieldServiceRolePolicy'],
  ssm: ['AmazonSSM', 'AmazonSSMServiceRolePolicy'],
  'ssm-incidents': ['IncidentManager', 'AWSIncidentManagerServiceRolePolicy'],
  'ssm-quicksetup': ['SSMQuickSetup', 'SSMQuickSetupRolePolicy'],
  sso: ['SSO', 'AWSSSOServiceRolePolicy'],
  'vpcorigin.cloudfront': ['CloudFrontVPCOrigin', 'AWSCloudFrontVPCOriginServiceRolePolicy'],
  waf: ['WAFLogging', 'WAFLoggingServiceRolePolicy'],
  wafv2: ['WAFV2Logging', 'WAFV2LoggingServiceRolePolicy'],
};

/** Of the services above, those that take a CustomSuffix. */
const WITH_SUFFIX = ['autoscaling', 'connect', 'lexv2'];

export interface ServiceLinkedRole {
  /** Without a suffix. */
  readonly name: string;
  /** ARN of its managed policy; `undefined` when it is not known here. */
  readonly policy?: string;
  readonly takesSuffix: boolean;
}

/** @param service `ecs.amazonaws.com` */
export function serviceLinkedRole(service: string): ServiceLinkedRole {
  const short = service.replace(/\.amazonaws\.com$/, '');
  const known = ownEntry(KNOWN, short);
  if (!known) return { name: `AWSServiceRoleFor${pascalCase(short)}`, takesSuffix: true };
  const [name, policy] = known;
  return {
    name: `AWSServiceRoleFor${name}`,
    policy: `arn:aws:iam::aws:policy/aws-service-role/${policy}`,
    takesSuffix: WITH_SUFFIX.includes(short),
  };
}

function pascalCase(name: string): string {
  const words = name.split(/[.-]/);
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

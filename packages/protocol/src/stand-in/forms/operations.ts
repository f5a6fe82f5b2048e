// Exact forms: alarms, logs, stacks, builds, audits, models, devices, mail, maps.
// Sources: AWS CloudFormation user guide, "Return values" of each type; ARNs: Service Authorization Reference.
import type { ExactForm } from '../exact-form.ts';

export const OPERATION_FORMS: Readonly<Record<string, ExactForm>> = {
  'AWS::CloudWatch::Alarm': {
    values: { name: '{AlarmName|generated:255}' },
    ref: '{name}',
    attributes: { Arn: '{arn:cloudwatch}:alarm:{name}' },
  },
  'AWS::CloudWatch::CompositeAlarm': {
    values: { name: '{AlarmName|generated:255}' },
    ref: '{name}',
    attributes: { Arn: '{arn:cloudwatch}:alarm:{name}' },
  },
  'AWS::CloudWatch::Dashboard': { ref: '{DashboardName|generated:255}' },
  'AWS::Logs::MetricFilter': { ref: '{FilterName|generated:512}' },
  'AWS::Logs::SubscriptionFilter': { ref: '{FilterName|generated:512}' },
  'AWS::Logs::QueryDefinition': {
    values: { id: '{uuid}' },
    ref: '{id}',
    attributes: { QueryDefinitionId: '{id}' },
  },
  'AWS::XRay::Group': {
    values: { arn: '{arn:xray}:group/{GroupName}/{upper:52}' },
    ref: '{arn}',
    attributes: { GroupARN: '{arn}' },
  },
  'AWS::Synthetics::Canary': { ref: '{Name}', attributes: { Id: '{uuid}', State: 'READY' } },
  'AWS::Lambda::CodeSigningConfig': {
    values: { id: 'csc-{hex:17}', arn: '{arn:lambda}:code-signing-config:{id}' },
    ref: '{arn}',
    attributes: { CodeSigningConfigArn: '{arn}', CodeSigningConfigId: '{id}' },
  },
  'AWS::CloudFormation::Stack': {
    values: { id: '{arn:cloudformation}:stack/{generated:128}/{uuid}' },
    ref: '{id}',
    attributes: { CreationTime: '{time}', StackId: '{id}', StackStatus: 'CREATE_COMPLETE' },
  },
  'AWS::CloudFormation::StackSet': {
    values: { id: '{StackSetName}:{uuid}' },
    ref: '{id}',
    attributes: { StackSetId: '{id}' },
  },
  'AWS::CloudFormation::WaitCondition': {
    values: { id: '{generated:255}' },
    ref: '{id}',
    attributes: { Data: '{}', Id: '{id}' },
  },
  // A URL that whoever is waited for sends its signal to.
  'AWS::CloudFormation::WaitConditionHandle': {
    values: {
      path: 'arn%3A{partition}%3Acloudformation%3A{region}%3A{account}%3Astack%2F{stack}%2F{uuid}%2F{logicalId}',
      url: 'https://cloudformation-waitcondition-{region}.s3.{suffix}/{path}',
      id: '{url}?AWSAccessKeyId=AKIA{upper:16}&Expires={seconds}&Signature={word:28}',
    },
    ref: '{id}',
    attributes: { Id: '{id}' },
  },
  'AWS::CodeBuild::Project': {
    values: { name: '{Name|generated:150}' },
    ref: '{name}',
    attributes: { Arn: '{arn:codebuild}:project/{name}' },
  },
  'AWS::CodePipeline::Pipeline': {
    values: { name: '{Name|generated:100}' },
    ref: '{name}',
    attributes: { Arn: '{arn:codepipeline}:{name}', Version: '1' },
  },
  'AWS::CodeDeploy::Application': { ref: '{ApplicationName|generated:100}' },
  'AWS::CodeDeploy::DeploymentGroup': { ref: '{DeploymentGroupName|generated:100}' },
  'AWS::CodeCommit::Repository': {
    values: { id: '{uuid}', path: 'git-codecommit.{region}.{suffix}/v1/repos/{RepositoryName}' },
    ref: '{id}',
    attributes: {
      Arn: '{arn:codecommit}:{RepositoryName}',
      CloneUrlHttp: 'https://{path}',
      CloneUrlSsh: 'ssh://{path}',
      Name: '{RepositoryName}',
      RepositoryId: '{id}',
    },
  },
  'AWS::CloudTrail::Trail': {
    values: { name: '{TrailName|generated:128}' },
    ref: '{name}',
    attributes: { Arn: '{arn:cloudtrail}:trail/{name}', SnsTopicArn: '{arn:sns}:{SnsTopicName>:}' },
    only: { SnsTopicArn: 'SnsTopicName' },
  },
  'AWS::Config::ConfigRule': {
    values: { id: 'config-rule-{lower:6}' },
    ref: '{ConfigRuleName|generated:128}',
    attributes: { Arn: '{arn:config}:config-rule/{id}', ConfigRuleId: '{id}' },
  },
  'AWS::GuardDuty::Detector': { values: { id: '{hex:32}' }, ref: '{id}', attributes: { Id: '{id}' } },
  'AWS::Backup::BackupVault': {
    ref: '{BackupVaultName}',
    attributes: {
      BackupVaultArn: '{arn:backup}:backup-vault:{BackupVaultName}',
      BackupVaultName: '{BackupVaultName}',
    },
  },
  'AWS::AppConfig::Application': {
    values: { id: '{lower:7}' },
    ref: '{id}',
    attributes: { ApplicationId: '{id}' },
  },
  'AWS::AppConfig::Environment': {
    values: { id: '{lower:7}' },
    ref: '{id}',
    attributes: { EnvironmentId: '{id}' },
  },
  'AWS::Bedrock::Agent': {
    values: { id: '{upper:10}' },
    ref: '{id}',
    attributes: {
      AgentArn: '{arn:bedrock}:agent/{id}',
      AgentId: '{id}',
      AgentStatus: '{AutoPrepare?PREPARED:NOT_PREPARED}',
      AgentVersion: 'DRAFT',
      CreatedAt: '{time}',
      UpdatedAt: '{time}',
    },
  },
  'AWS::Bedrock::AgentAlias': {
    values: { id: '{upper:10}' },
    ref: '{AgentId}|{id}',
    attributes: {
      AgentAliasArn: '{arn:bedrock}:agent-alias/{AgentId}/{id}',
      AgentAliasId: '{id}',
      AgentAliasStatus: 'PREPARED',
    },
  },
  'AWS::Bedrock::KnowledgeBase': {
    values: { id: '{upper:10}' },
    ref: '{id}',
    attributes: {
      KnowledgeBaseArn: '{arn:bedrock}:knowledge-base/{id}',
      KnowledgeBaseId: '{id}',
      Status: 'ACTIVE',
    },
  },
  'AWS::Bedrock::DataSource': {
    values: { id: '{upper:10}' },
    ref: '{KnowledgeBaseId}|{id}',
    attributes: { DataSourceId: '{id}', DataSourceStatus: 'AVAILABLE' },
  },
  'AWS::Bedrock::Guardrail': {
    values: { id: '{lower:12}', arn: '{arn:bedrock}:guardrail/{id}' },
    ref: '{arn}',
    attributes: { GuardrailArn: '{arn}', GuardrailId: '{id}', Status: 'READY', Version: 'DRAFT' },
  },
  // A generated name has no dash: rules have letters, digits and underscores only.
  'AWS::IoT::TopicRule': {
    values: { name: '{RuleName|generatedWord:128}' },
    ref: '{name}',
    attributes: { Arn: '{arn:iot}:rule/{name}' },
  },
  'AWS::IoT::Thing': {
    values: { name: '{ThingName|generated:128}' },
    ref: '{name}',
    attributes: { Arn: '{arn:iot}:thing/{name}', Id: '{uuid}' },
  },
  'AWS::IoT::Policy': {
    values: { name: '{PolicyName|generated:128}' },
    ref: '{name}',
    attributes: { Arn: '{arn:iot}:policy/{name}', Id: '{name}' },
  },
  'AWS::IoT::Certificate': {
    values: { id: '{hex:64}' },
    ref: '{id}',
    attributes: { Arn: '{arn:iot}:cert/{id}', Id: '{id}' },
  },
  'AWS::SES::EmailIdentity': { ref: '{EmailIdentity}' },
  'AWS::SES::ConfigurationSet': { ref: '{Name|generated:64}' },
  'AWS::SES::ReceiptRuleSet': { ref: '{RuleSetName|generated:64}' },
  'AWS::Location::PlaceIndex': {
    values: { arn: '{arn:geo}:place-index/{IndexName}' },
    ref: '{IndexName}',
    attributes: { Arn: '{arn}', CreateTime: '{time}', IndexArn: '{arn}', UpdateTime: '{time}' },
  },
  'AWS::Location::Map': {
    values: { arn: '{arn:geo}:map/{MapName}' },
    ref: '{MapName}',
    attributes: { Arn: '{arn}', CreateTime: '{time}', MapArn: '{arn}', UpdateTime: '{time}' },
  },
  'AWS::Location::Tracker': {
    values: { arn: '{arn:geo}:tracker/{TrackerName}' },
    ref: '{TrackerName}',
    attributes: { Arn: '{arn}', CreateTime: '{time}', TrackerArn: '{arn}', UpdateTime: '{time}' },
  },
  'AWS::Location::GeofenceCollection': {
    values: { arn: '{arn:geo}:geofence-collection/{CollectionName}' },
    ref: '{CollectionName}',
    attributes: { Arn: '{arn}', CollectionArn: '{arn}', CreateTime: '{time}', UpdateTime: '{time}' },
  },
};

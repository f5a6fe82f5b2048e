// IAM, STS, CloudWatch Logs, Secrets Manager, KMS, Systems Manager.
import { arn, identityPolicy, ROLE_ARN, resourcePolicy, trustPolicy } from '../content/documents.ts';
import { ref } from '../input.ts';
import { type HintRow, spare, UUID } from './hint.ts';

const GROUP_ARN = arn('logs', 'log-group:/fuzz/logs');

export const ACCOUNT_HINTS: readonly HintRow[] = [
  [/^iam\.(Delete|Create)Role\.RoleName$/, [spare]],
  [/^iam\.(Delete|Create)User\.UserName$/, [spare]],
  [/^iam\..*\.RoleName$/, ['fuzz-role']],
  [/^iam\..*\.UserName$/, ['fuzz-user']],
  [/^iam\.DeletePolicy\.PolicyArn$/, ['arn:aws:iam::000000000000:policy/fuzz-spare-0']],
  [
    /^iam\..*\.PolicyArn$/,
    ['arn:aws:iam::000000000000:policy/fuzz-policy', 'arn:aws:iam::aws:policy/AdministratorAccess'],
  ],
  [/^iam\..*\.PermissionsBoundary$/, ['arn:aws:iam::000000000000:policy/fuzz-policy'], 'rarely'],
  [/^iam\..*\.PolicySourceArn$/, [ROLE_ARN, 'arn:aws:iam::000000000000:user/fuzz-user']],
  [/^iam\..*\.PolicyName$/, ['fuzz-inline', spare]],
  [/^iam\..*PolicyVersion\.VersionId$/, ['v1', 'v2']],
  [/^iam\..*\.AssumeRolePolicyDocument$/, [trustPolicy]],
  [/^iam\.UpdateAssumeRolePolicy\.PolicyDocument$/, [trustPolicy]],
  [/^iam\..*\.(PolicyDocument|PolicyInputList|PermissionsBoundaryPolicyInputList)$/, [identityPolicy]],
  [
    /^iam\.SimulatePrincipalPolicy\.(ResourcePolicy|ResourceOwner|CallerArn|PermissionsBoundaryPolicyInputList|ResourceHandlingOption)$/,
    [resourcePolicy],
    'rarely',
  ],
  [/^iam\..*\.ActionNames$/, ['sqs:SendMessage', 'events:PutEvents']],
  [/^iam\..*\.ResourceArns$/, [arn('sqs', 'fuzz-queue'), '*']],
  [/^iam\..*\.AWSServiceName$/, ['apidestinations.events.amazonaws.com', 'lambda.amazonaws.com']],
  [/^iam\..*\.(Path|PathPrefix)$/, ['/', '/fuzz/']],

  [/^sts\.AssumeRole\.(Policy|PolicyArns|SerialNumber|TokenCode|ProvidedContexts)$/, [identityPolicy], 'rarely'],
  [/^sts\..*\.RoleArn$/, ['arn:aws:iam::000000000000:role/fuzz-open', ROLE_ARN]],
  [/^sts\..*\.RoleSessionName$/, ['fuzz']],
  [/^sts\..*\.AccessKeyId$/, ['AKIAIOSFODNN7EXAMPLE', '000000000000']],

  [/^logs\.(Delete|Create)LogGroup\.logGroupName$/, [spare]],
  [/^logs\.(Delete|Create)LogStream\.logStreamName$/, [spare]],
  [/^logs\.DescribeLogGroups\.logGroupNamePrefix$/, ['/fuzz']],
  [/^logs\..*\.logGroupIdentifier$/, [GROUP_ARN], 'rarely'],
  [/^logs\..*\.logGroupName$/, ['/fuzz/logs'], 'always'],
  [/^logs\..*\.logStreamNamePrefix$/, ['fuzz'], 'rarely'],
  [/^logs\..*\.(logStreamName|logStreamNames)$/, ['fuzz-stream']],
  [/^logs\.PutResourcePolicy\.(resourceArn|expectedRevisionId)$/, [GROUP_ARN], 'rarely'],
  [/^logs\..*\.resourceArn$/, [GROUP_ARN]],
  [/^logs\..*\.policyName$/, ['p1', 'p2'], 'always'],
  [/^logs\..*\.retentionInDays$/, [1, 7, 365]],
  [/^logs\..*\.timestamp$/, [Date.UTC(2026, 10, 28)]],
  [/^logs\..*\.filterPattern$/, ['', 'fuzz', '"a b" -c', '?a ?b', '{ $.a = 1 }', '[a, b]', '%re%']],
  [/^logs\..*\.policyDocument$/, [resourcePolicy], 'always'],

  [/^secretsmanager\.(Create|Delete|Restore)Secret\.(Name|SecretId)$/, [spare]],
  [/^secretsmanager\.BatchGetSecretValue\.Filters$/, [], 'rarely'],
  [
    /^secretsmanager\..*\.(SecretId|SecretIdList)$/,
    ['fuzz-secret', arn('secretsmanager', `secret:fuzz-secret-${ref('secretSuffix')}`)],
    'always',
  ],
  [
    /^secretsmanager\..*\.(AddReplicaRegions|RotationToken|SecretBinary|Type|ForceOverwriteReplicaSecret)$/,
    [],
    'rarely',
  ],
  [/^secretsmanager\.DeleteSecret\.RecoveryWindowInDays$/, [7, 30], 'rarely'],
  [/^secretsmanager\..*\.ResourcePolicy$/, [resourcePolicy]],
  [/^secretsmanager\..*\.(VersionStage|VersionStages)$/, ['AWSCURRENT', 'AWSPENDING', 'mine']],
  [/^secretsmanager\..*\.ClientRequestToken$/, [UUID], 'rarely'],
  [/^secretsmanager\..*\.(VersionId|MoveToVersionId|RemoveFromVersionId)$/, [UUID], 'rarely'],
  [/^secretsmanager\..*\.SecretString$/, ['{"a":"b"}'], 'always'],

  [/^kms\.CreateKey\.(KeySpec|CustomerMasterKeySpec|KeyUsage|Origin|CustomKeyStoreId|XksKeyId)$/, [], 'rarely'],
  [/^kms\..*\.(MultiRegion|GrantTokens|Recipient|DryRun|DryRunModifiers|.*EncryptionAlgorithm)$/, [], 'rarely'],
  [/^kms\..*Alias\.AliasName$/, [(random) => `alias/${spare(random)}`, 'alias/fuzz-key']],
  [/^kms\.ScheduleKeyDeletion\.KeyId$/, [UUID]],
  [
    /^kms\.(Encrypt|ReEncrypt|GenerateDataKey\w*|DescribeKey)\.(DestinationKeyId|KeyId)$/,
    ['alias/fuzz-key', ref('keyId')],
  ],
  [/^kms\.(Decrypt|ReEncrypt)\.(SourceKeyId|KeyId)$/, [ref('keyId')], 'rarely'],
  [/^kms\..*\.(KeyId|TargetKeyId)$/, [ref('keyId'), arn('kms', `key/${ref('keyId')}`)]],
  [/^kms\..*\.CiphertextBlob$/, [], 'always'],
  [/^kms\..*\.PolicyName$/, ['default']],
  [/^kms\..*\.Policy$/, [resourcePolicy]],

  [
    /^scheduler\..*\.ScheduleExpression$/,
    ['rate(5 minutes)', 'cron(0 8 1 * ? *)', 'at(2030-01-01T00:00:00)', 'cron(0/7 2 ? MAR 1L 2027-2090)'],
    'always',
  ],
  [/^scheduler\..*\.ScheduleExpressionTimezone$/, ['UTC', 'Europe/Berlin', 'Australia/Lord_Howe'], 'rarely'],
  [/^scheduler\..*Target\.Arn$/, [arn('sqs', 'fuzz-queue'), 'arn:aws:scheduler:::aws-sdk:sqs:sendMessage']],
  [/^scheduler\..*\.(GroupName|KmsKeyArn|StartDate|EndDate)$/, ['default'], 'rarely'],
  [/^scheduler\..*\.(Ecs|Kinesis|SageMakerPipeline|EventBridge|Sqs)Parameters$/, [], 'rarely'],
  [/^pipes\..*\.(Source|Target)$/, [arn('sqs', 'fuzz-queue')]],
  [/^pipes\..*\.InputTemplate$/, ['{"a": <$.body>}', '<$.body.a>', '"<aws.pipes.pipe-name>"']],
  [/^pipes\..*\.Pattern$/, ['{"body":{"a":[1]}}']],

  [/^ssm\.DeleteParameters?\.Names?$/, [spare, '/fuzz/spare']],
  [/^ssm\.PutParameter\.Name$/, ['/fuzz/parameter', spare]],
  [/^ssm\.PutParameter\.(Policies|AllowedPattern|DataType|Tier)$/, ['.*'], 'rarely'],
  [/^ssm\.PutParameter\.(Overwrite)$/, [true], 'always'],
  [/^ssm\..*Parameters?\.Names?$/, ['/fuzz/parameter', '/fuzz/parameter:1', spare]],
  [/^ssm\..*\.Path$/, ['/', '/fuzz']],
];

// Exact forms: users, groups and keys of IAM; user pools and identity pools; what rotates secrets.
// Sources: AWS CloudFormation user guide, "Return values" of each type; ARNs: Service Authorization Reference.
import type { ExactForm } from '../exact-form.ts';

export const IDENTITY_FORMS: Readonly<Record<string, ExactForm>> = {
  'AWS::IAM::User': {
    values: { name: '{UserName|generated:64}' },
    ref: '{name}',
    attributes: { Arn: "arn:{partition}:iam::{account}:user{Path|'/'}{name}" },
  },
  'AWS::IAM::Group': {
    values: { name: '{GroupName|generated:128}' },
    ref: '{name}',
    attributes: { Arn: "arn:{partition}:iam::{account}:group{Path|'/'}{name}" },
  },
  'AWS::IAM::InstanceProfile': {
    values: { name: '{InstanceProfileName|generated:128}' },
    ref: '{name}',
    attributes: { Arn: "arn:{partition}:iam::{account}:instance-profile{Path|'/'}{name}" },
  },
  'AWS::IAM::AccessKey': {
    values: { id: 'AKIA{upper:16}' },
    ref: '{id}',
    attributes: { Id: '{id}', SecretAccessKey: '{word:40}' },
  },
  'AWS::IAM::OIDCProvider': {
    values: { arn: 'arn:{partition}:iam::{account}:oidc-provider/{Url>https://}' },
    ref: '{arn}',
    attributes: { Arn: '{arn}' },
  },
  'AWS::IAM::UserToGroupAddition': { values: { id: '{generated:255}' }, ref: '{id}', attributes: { Id: '{id}' } },
  'AWS::Cognito::UserPool': {
    values: { id: '{region}_{word:9}', provider: 'cognito-idp.{region}.{suffix}/{id}' },
    ref: '{id}',
    attributes: {
      Arn: '{arn:cognito-idp}:userpool/{id}',
      ProviderName: '{provider}',
      ProviderURL: 'https://{provider}',
      UserPoolId: '{id}',
    },
  },
  'AWS::Cognito::UserPoolClient': {
    values: { id: '{lower:26}' },
    ref: '{id}',
    attributes: { ClientId: '{id}', ClientSecret: '{lower:52}', Name: '{ClientName|generated:128}' },
  },
  'AWS::Cognito::UserPoolDomain': {
    ref: '{Domain}',
    attributes: { CloudFrontDistribution: 'd{lower:13}.cloudfront.net' },
  },
  'AWS::Cognito::UserPoolGroup': { ref: '{GroupName|generated:128}' },
  'AWS::Cognito::UserPoolUser': { ref: '{Username|uuid}' },
  'AWS::Cognito::UserPoolResourceServer': { ref: '{Identifier}' },
  'AWS::Cognito::UserPoolIdentityProvider': { ref: '{ProviderName}' },
  'AWS::Cognito::IdentityPool': {
    values: { id: '{region}:{uuid}' },
    ref: '{id}',
    attributes: { Id: '{id}', Name: '{IdentityPoolName|generated:128}' },
  },
  'AWS::Cognito::IdentityPoolRoleAttachment': { ref: '{IdentityPoolId}', attributes: { Id: '{IdentityPoolId}' } },
  // Ref is the secret's ARN, which is what !Ref of the secret gives.
  'AWS::SecretsManager::RotationSchedule': { ref: '{SecretId}' },
  'AWS::SecretsManager::SecretTargetAttachment': { ref: '{SecretId}' },
};

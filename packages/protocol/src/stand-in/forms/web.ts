// Exact forms: APIs and their domains, AppSync, distributions, DNS, certificates, firewalls.
// Sources: AWS CloudFormation user guide, "Return values" of each type; ARNs: Service Authorization Reference.
// Z2FDTNDATAQYW2 is the hosted zone of every CloudFront distribution: Elastic Load Balancing and CloudFront references.
import type { ExactForm } from '../exact-form.ts';

export const WEB_FORMS: Readonly<Record<string, ExactForm>> = {
  'AWS::ApiGateway::DomainName': {
    ref: '{DomainName}',
    attributes: {
      DistributionDomainName: 'd{lower:13}.cloudfront.net',
      DistributionHostedZoneId: 'Z2FDTNDATAQYW2',
      DomainNameArn: 'arn:{partition}:apigateway:{region}::/domainnames/{DomainName}',
      RegionalDomainName: 'd-{lower:10}.execute-api.{region}.{suffix}',
      RegionalHostedZoneId: 'Z{upper:13}',
    },
  },
  'AWS::ApiGateway::BasePathMapping': { ref: "{DomainName}|{BasePath|'(none)'}" },
  'AWS::ApiGateway::Model': { ref: '{Name|generated:255}' },
  'AWS::ApiGateway::RequestValidator': {
    values: { id: '{lower:6}' },
    ref: '{id}',
    attributes: { RequestValidatorId: '{id}' },
  },
  'AWS::ApiGateway::VpcLink': { values: { id: '{lower:6}' }, ref: '{id}', attributes: { VpcLinkId: '{id}' } },
  'AWS::ApiGateway::ClientCertificate': {
    values: { id: '{lower:6}' },
    ref: '{id}',
    attributes: { ClientCertificateId: '{id}' },
  },
  'AWS::ApiGatewayV2::DomainName': {
    ref: '{DomainName}',
    attributes: {
      DomainNameArn: 'arn:{partition}:apigateway:{region}::/domainnames/{DomainName}',
      RegionalDomainName: 'd-{lower:10}.execute-api.{region}.{suffix}',
      RegionalHostedZoneId: 'Z{upper:13}',
    },
  },
  'AWS::ApiGatewayV2::ApiMapping': { values: { id: '{lower:6}' }, ref: '{id}', attributes: { ApiMappingId: '{id}' } },
  'AWS::ApiGatewayV2::VpcLink': { values: { id: '{lower:6}' }, ref: '{id}', attributes: { VpcLinkId: '{id}' } },
  'AWS::ApiGatewayV2::Model': { values: { id: '{lower:6}' }, ref: '{id}', attributes: { ModelId: '{id}' } },
  // The host is not the API's id.
  'AWS::AppSync::GraphQLApi': {
    values: {
      id: '{lower:26}',
      host: '{lower:26}',
      arn: '{arn:appsync}:apis/{id}',
      dns: '{host}.appsync-api.{region}.{suffix}',
      realtime: '{host}.appsync-realtime-api.{region}.{suffix}',
    },
    ref: '{arn}',
    attributes: {
      ApiId: '{id}',
      Arn: '{arn}',
      GraphQLDns: '{dns}',
      GraphQLEndpointArn: '{arn:appsync}:endpoints/graphql-api/{host}',
      GraphQLUrl: 'https://{dns}/graphql',
      RealtimeDns: '{realtime}',
      RealtimeUrl: 'wss://{realtime}/graphql',
    },
  },
  'AWS::AppSync::GraphQLSchema': {
    values: { id: '{ApiId}GraphQLSchema' },
    ref: '{id}',
    attributes: { Id: '{id}' },
  },
  'AWS::AppSync::ApiKey': {
    values: { id: 'da2-{lower:26}', arn: '{arn:appsync}:apis/{ApiId}/apikey/{id}' },
    ref: '{arn}',
    attributes: { ApiKey: '{id}', ApiKeyId: '{id}', Arn: '{arn}' },
  },
  'AWS::AppSync::DataSource': {
    values: { arn: '{arn:appsync}:apis/{ApiId}/datasources/{Name}' },
    ref: '{arn}',
    attributes: { DataSourceArn: '{arn}', Name: '{Name}' },
  },
  'AWS::AppSync::Resolver': {
    values: { arn: '{arn:appsync}:apis/{ApiId}/types/{TypeName}/resolvers/{FieldName}' },
    ref: '{arn}',
    attributes: { FieldName: '{FieldName}', ResolverArn: '{arn}', TypeName: '{TypeName}' },
  },
  'AWS::AppSync::FunctionConfiguration': {
    values: { id: '{lower:26}', arn: '{arn:appsync}:apis/{ApiId}/functions/{id}' },
    ref: '{arn}',
    attributes: { DataSourceName: '{DataSourceName}', FunctionArn: '{arn}', FunctionId: '{id}', Name: '{Name}' },
  },
  'AWS::AppSync::DomainName': {
    ref: '{DomainName}',
    attributes: {
      AppSyncDomainName: 'd{lower:13}.cloudfront.net',
      DomainName: '{DomainName}',
      DomainNameArn: '{arn:appsync}:domainnames/{DomainName}',
      HostedZoneId: 'Z2FDTNDATAQYW2',
    },
  },
  'AWS::AppSync::Api': {
    values: { id: '{lower:26}', host: '{lower:26}', arn: '{arn:appsync}:apis/{id}' },
    ref: '{arn}',
    attributes: {
      ApiArn: '{arn}',
      ApiId: '{id}',
      'Dns.Http': '{host}.appsync-api.{region}.{suffix}',
      'Dns.Realtime': '{host}.appsync-realtime-api.{region}.{suffix}',
    },
  },
  'AWS::AppSync::ChannelNamespace': {
    values: { arn: '{arn:appsync}:apis/{ApiId}/channelNamespace/{Name}' },
    ref: '{arn}',
    attributes: { ChannelNamespaceArn: '{arn}' },
  },
  'AWS::CloudFront::Distribution': {
    values: { id: 'E{upper:13}' },
    ref: '{id}',
    attributes: { DomainName: 'd{lower:13}.cloudfront.net', Id: '{id}' },
  },
  'AWS::CloudFront::CloudFrontOriginAccessIdentity': {
    values: { id: 'E{upper:13}' },
    ref: '{id}',
    attributes: { Id: '{id}', S3CanonicalUserId: '{hex:96}' },
  },
  'AWS::CloudFront::OriginAccessControl': {
    values: { id: 'E{upper:13}' },
    ref: '{id}',
    attributes: { Id: '{id}' },
  },
  'AWS::CloudFront::CachePolicy': {
    values: { id: '{uuid}' },
    ref: '{id}',
    attributes: { Id: '{id}', LastModifiedTime: '{time}' },
  },
  'AWS::CloudFront::OriginRequestPolicy': {
    values: { id: '{uuid}' },
    ref: '{id}',
    attributes: { Id: '{id}', LastModifiedTime: '{time}' },
  },
  'AWS::CloudFront::ResponseHeadersPolicy': {
    values: { id: '{uuid}' },
    ref: '{id}',
    attributes: { Id: '{id}', LastModifiedTime: '{time}' },
  },
  'AWS::CloudFront::Function': {
    values: { arn: 'arn:{partition}:cloudfront::{account}:function/{Name}' },
    ref: '{arn}',
    attributes: {
      FunctionARN: '{arn}',
      'FunctionMetadata.FunctionARN': '{arn}',
      Stage: '{AutoPublish?LIVE:DEVELOPMENT}',
    },
  },
  'AWS::Route53::HostedZone': { values: { id: 'Z{upper:20}' }, ref: '{id}', attributes: { Id: '{id}' } },
  'AWS::Route53::RecordSet': { ref: '{Name}' },
  'AWS::Route53::RecordSetGroup': { values: { id: '{generated:255}' }, ref: '{id}', attributes: { Id: '{id}' } },
  'AWS::Route53::HealthCheck': { values: { id: '{uuid}' }, ref: '{id}', attributes: { HealthCheckId: '{id}' } },
  'AWS::CertificateManager::Certificate': {
    values: { arn: '{arn:acm}:certificate/{uuid}' },
    ref: '{arn}',
    attributes: { CertificateArn: '{arn}' },
  },
  'AWS::WAFv2::WebACL': {
    values: { name: '{Name|generated:128}', id: '{uuid}', scope: '{Scope=CLOUDFRONT?global:regional}' },
    ref: '{name}|{id}|{Scope}',
    attributes: {
      Arn: '{arn:wafv2}:{scope}/webacl/{name}/{id}',
      Id: '{id}',
      LabelNamespace: 'awswaf:{account}:webacl:{name}:',
    },
  },
  'AWS::WAFv2::IPSet': {
    values: { name: '{Name|generated:128}', id: '{uuid}', scope: '{Scope=CLOUDFRONT?global:regional}' },
    ref: '{name}|{id}|{Scope}',
    attributes: { Arn: '{arn:wafv2}:{scope}/ipset/{name}/{id}', Id: '{id}' },
  },
  'AWS::WAFv2::RuleGroup': {
    values: { name: '{Name|generated:128}', id: '{uuid}', scope: '{Scope=CLOUDFRONT?global:regional}' },
    ref: '{name}|{id}|{Scope}',
    attributes: {
      Arn: '{arn:wafv2}:{scope}/rulegroup/{name}/{id}',
      Id: '{id}',
      LabelNamespace: 'awswaf:{account}:rulegroup:{name}:',
    },
  },
};

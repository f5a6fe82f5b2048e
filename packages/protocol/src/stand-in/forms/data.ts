// Exact forms: data bases, caches, search, catalogues.
// Sources: AWS CloudFormation user guide, "Return values" of each type; ARNs: Service Authorization Reference.
import type { ExactForm } from '../exact-form.ts';

export const DATA_FORMS: Readonly<Record<string, ExactForm>> = {
  'AWS::EFS::FileSystem': {
    values: { id: 'fs-{hex:17}' },
    ref: '{id}',
    attributes: { Arn: '{arn:elasticfilesystem}:file-system/{id}', FileSystemId: '{id}' },
  },
  'AWS::EFS::MountTarget': {
    values: { id: 'fsmt-{hex:17}', address: '10.0.0.1{digits:2}' },
    ref: '{id}',
    attributes: { Id: '{id}', IpAddress: '{IpAddress|address}' },
  },
  'AWS::EFS::AccessPoint': {
    values: { id: 'fsap-{hex:17}' },
    ref: '{id}',
    attributes: { AccessPointId: '{id}', Arn: '{arn:elasticfilesystem}:access-point/{id}' },
  },
  // The port is the property's, else the engine's own.
  'AWS::RDS::DBInstance': {
    values: { id: '{DBInstanceIdentifier|generatedLower:63}', port: '{Engine=postgres?5432:3306}' },
    ref: '{id}',
    attributes: {
      DBInstanceArn: '{arn:rds}:db:{id}',
      DbiResourceId: 'db-{upper:26}',
      'Endpoint.Address': '{id}.{lower:12}.{region}.rds.{suffix}',
      'Endpoint.HostedZoneId': 'Z{upper:13}',
      'Endpoint.Port': '{Port|port}',
      'MasterUserSecret.SecretArn': '{arn:secretsmanager}:secret:rds!db-{uuid}-{word:6}',
    },
    only: { 'MasterUserSecret.SecretArn': 'ManageMasterUserPassword' },
  },
  'AWS::RDS::DBCluster': {
    values: {
      id: '{DBClusterIdentifier|generatedLower:63}',
      host: '{lower:12}.{region}.rds.{suffix}',
      port: '{Engine=aurora-postgresql?5432:3306}',
    },
    ref: '{id}',
    attributes: {
      DBClusterArn: '{arn:rds}:cluster:{id}',
      DBClusterResourceId: 'cluster-{upper:26}',
      'Endpoint.Address': '{id}.cluster-{host}',
      'Endpoint.Port': '{Port|port}',
      'MasterUserSecret.SecretArn': '{arn:secretsmanager}:secret:rds!cluster-{uuid}-{word:6}',
      'ReadEndpoint.Address': '{id}.cluster-ro-{host}',
    },
    only: { 'MasterUserSecret.SecretArn': 'ManageMasterUserPassword' },
  },
  'AWS::RDS::DBSubnetGroup': {
    values: { name: '{DBSubnetGroupName|generatedLower:255}' },
    ref: '{name}',
    attributes: { DBSubnetGroupArn: '{arn:rds}:subgrp:{name}' },
  },
  'AWS::RDS::DBParameterGroup': {
    values: { name: '{DBParameterGroupName|generatedLower:255}' },
    ref: '{name}',
    attributes: { DBParameterGroupArn: '{arn:rds}:pg:{name}', DBParameterGroupName: '{name}' },
  },
  'AWS::RDS::DBClusterParameterGroup': { ref: '{DBClusterParameterGroupName|generatedLower:255}' },
  'AWS::RDS::DBProxy': {
    ref: '{DBProxyName}',
    attributes: {
      DBProxyArn: '{arn:rds}:db-proxy:prx-{hex:17}',
      Endpoint: '{DBProxyName}.proxy-{lower:12}.{region}.rds.{suffix}',
    },
  },
  'AWS::DSQL::Cluster': {
    values: { id: '{lower:26}' },
    ref: '{id}',
    attributes: {
      Endpoint: '{id}.dsql.{region}.on.aws',
      Identifier: '{id}',
      ResourceArn: '{arn:dsql}:cluster/{id}',
      Status: 'ACTIVE',
    },
  },
  // ConfigurationEndpoint is Memcached's, RedisEndpoint the other engines'.
  'AWS::ElastiCache::CacheCluster': {
    values: { name: '{ClusterName|generatedLower:50}', id: '{lower:6}' },
    ref: '{name}',
    attributes: {
      'ConfigurationEndpoint.Address': '{name}.{id}.cfg.{shortRegion}.cache.{suffix}',
      'ConfigurationEndpoint.Port': "{Port|'11211'}",
      'RedisEndpoint.Address': '{name}.{id}.0001.{shortRegion}.cache.{suffix}',
      'RedisEndpoint.Port': "{Port|'6379'}",
    },
  },
  'AWS::ElastiCache::ReplicationGroup': {
    values: { id: '{ReplicationGroupId|generatedLower:40}', host: '{lower:6}', port: "{Port|'6379'}" },
    ref: '{id}',
    attributes: {
      'ConfigurationEndPoint.Address': 'clustercfg.{id}.{host}.{shortRegion}.cache.{suffix}',
      'ConfigurationEndPoint.Port': '{port}',
      'PrimaryEndPoint.Address': '{id}.{host}.ng.0001.{shortRegion}.cache.{suffix}',
      'PrimaryEndPoint.Port': '{port}',
      'ReaderEndPoint.Address': '{id}-ro.{host}.ng.0001.{shortRegion}.cache.{suffix}',
      'ReaderEndPoint.Port': '{port}',
    },
  },
  'AWS::ElastiCache::SubnetGroup': { ref: '{CacheSubnetGroupName|generatedLower:255}' },
  'AWS::ElastiCache::ServerlessCache': {
    values: { host: '{ServerlessCacheName}-{lower:6}.serverless.{shortRegion}.cache.{suffix}' },
    ref: '{ServerlessCacheName}',
    attributes: {
      ARN: '{arn:elasticache}:serverlesscache:{ServerlessCacheName}',
      'Endpoint.Address': '{host}',
      'Endpoint.Port': '{Engine=memcached?11211:6379}',
      'ReaderEndpoint.Address': '{host}',
      'ReaderEndpoint.Port': '{Engine=memcached?11212:6380}',
    },
  },
  'AWS::OpenSearchService::Domain': {
    values: { name: '{DomainName|generatedLower:28}' },
    ref: '{name}',
    attributes: {
      Arn: '{arn:es}:domain/{name}',
      DomainEndpoint: 'search-{name}-{lower:26}.{region}.es.{suffix}',
      Id: '{account}/{name}',
    },
  },
  'AWS::OpenSearchServerless::Collection': {
    values: { id: '{lower:20}', url: 'https://{id}.{region}.aoss.{suffix}' },
    ref: '{id}',
    attributes: {
      Arn: '{arn:aoss}:collection/{id}',
      CollectionEndpoint: '{url}',
      DashboardEndpoint: '{url}/_dashboards',
      Id: '{id}',
    },
  },
  'AWS::Glue::Database': { ref: '{DatabaseInput.Name|DatabaseName|generatedLower:255}' },
  'AWS::Glue::Table': { ref: '{TableInput.Name|Name|generatedLower:255}' },
  'AWS::Glue::Crawler': { ref: '{Name|generated:255}' },
  'AWS::Glue::Job': { ref: '{Name|generated:255}' },
  'AWS::Glue::Trigger': { ref: '{Name|generated:255}' },
  'AWS::Glue::Workflow': { ref: '{Name|generated:255}' },
  'AWS::Athena::WorkGroup': { ref: '{Name}', attributes: { CreationTime: '{seconds}' } },
  'AWS::Athena::NamedQuery': {
    values: { id: '{uuid}' },
    ref: '{id}',
    attributes: { NamedQueryId: '{id}' },
  },
  'AWS::Timestream::Database': {
    values: { name: '{DatabaseName|generated:256}' },
    ref: '{name}',
    attributes: { Arn: '{arn:timestream}:database/{name}' },
  },
  'AWS::Timestream::Table': {
    values: { name: '{TableName|generated:256}' },
    ref: '{DatabaseName}|{name}',
    attributes: { Arn: '{arn:timestream}:database/{DatabaseName}/table/{name}', Name: '{name}' },
  },
};

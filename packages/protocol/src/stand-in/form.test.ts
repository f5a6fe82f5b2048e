// What depends on a template's own properties, and the rule for types without an exact form.
import { expect, test } from 'vitest';
import { inflate } from '../../../local/src/resources/inflate.ts';
import { loadResourceSchemas, loadResourceTypes } from '../aws/resource-schema.ts';
import { hasExactForm, standInForm } from './form.ts';
import { EXACT_FORMS } from './forms.ts';
import type { StandInPlace } from './place.ts';
import { createTestPlace } from './test-place.ts';

async function make(
  type: string,
  properties: Readonly<Record<string, unknown>> = {},
  place: Partial<StandInPlace> = {},
) {
  const find = await loadResourceSchemas([type], inflate);
  return standInForm(type, properties, { place: createTestPlace(place), schema: find(type) });
}

test("a template's own name is used as it is", async () => {
  const { physicalId: id } = await make('AWS::RDS::DBInstance', { DBInstanceIdentifier: 'users' });
  expect(id).toBe('users');
  const { physicalId, attributes } = await make('AWS::IAM::User', { UserName: 'ann', Path: '/staff/' });
  expect([physicalId, attributes['Arn']]).toEqual(['ann', 'arn:aws:iam::123456789012:user/staff/ann']);
});

// Source: user guide, AWS::CloudTrail::Trail and AWS::RDS::DBInstance: what was not asked for has no attribute.
test('an attribute that exists only with a property is not made up without it', async () => {
  const names = async (type: string, properties = {}) => Object.keys((await make(type, properties)).attributes);
  expect(await names('AWS::RDS::DBInstance', { ManageMasterUserPassword: true })).toContain(
    'MasterUserSecret.SecretArn',
  );
  expect(await names('AWS::CloudTrail::Trail', { S3BucketName: 'logs' })).toEqual(['Arn']);
  expect((await make('AWS::RDS::DBInstance', { ManageMasterUserPassword: false })).attributes).not.toHaveProperty([
    'MasterUserSecret.SecretArn',
  ]);
});

test('a generated name keeps to the length and the letters of its type', async () => {
  const place = { stackName: 'Shop-with-a-long-name', logicalId: 'AnotherLongNameForOneBucketOrSchedule' };
  expect([
    (await make('AWS::RDS::DBInstance', {}, place)).physicalId,
    (await make('AWS::IAM::User', {}, place)).physicalId,
    (await make('AWS::IoT::TopicRule', {}, place)).physicalId,
  ]).toEqual([
    'shop-with-a-long-name-anotherlongnameforonebucketo-abcdef123456',
    'Shop-with-a-long-name-AnotherLongNameForOneBucketOr-ABCDEF123456',
    'ShopwithalongnameAnotherLongNameForOneBucketOrScheduleABCDEF123456',
  ]);
});

test('partition and region are those of the place', async () => {
  const china = { partition: 'aws-cn', region: 'cn-north-1' };
  const { attributes } = await make('AWS::RDS::DBInstance', { DBInstanceIdentifier: 'orders' }, china);
  expect([attributes['DBInstanceArn'], attributes['Endpoint.Address']]).toEqual([
    'arn:aws-cn:rds:cn-north-1:123456789012:db:orders',
    'orders.cdefghijklmn.cn-north-1.rds.amazonaws.com.cn',
  ]);
  const cache = await make('AWS::ElastiCache::CacheCluster', { ClusterName: 'a' }, { region: 'ap-northeast-1' });
  expect(cache.attributes['RedisEndpoint.Address']).toBe('a.bcdefg.0001.apne1.cache.amazonaws.com');
});

test('a form follows what its properties choose', async () => {
  const acl = await make('AWS::WAFv2::WebACL', { Name: 'a', Scope: 'CLOUDFRONT' }, { region: 'us-east-1' });
  expect(acl.attributes['Arn']).toMatch(/^arn:aws:wafv2:us-east-1:123456789012:global\/webacl\/a\//);
  const balancer = await make('AWS::ElasticLoadBalancingV2::LoadBalancer', { Name: 'a', Type: 'network' });
  expect(balancer.attributes['LoadBalancerFullName']).toMatch(/^net\/a\/[0-9a-f]{16}$/);
  const database = await make('AWS::RDS::DBInstance', { Engine: 'postgres', DBInstanceIdentifier: 'a' });
  expect(database.attributes['Endpoint.Port']).toBe('5432');
  const given = await make('AWS::RDS::DBInstance', { Engine: 'postgres', Port: 6000 });
  expect(given.attributes['Endpoint.Port']).toBe('6000');
  const cluster = 'arn:aws:ecs:eu-west-1:123456789012:cluster/main';
  expect((await make('AWS::ECS::Service', { Cluster: cluster, ServiceName: 'web' })).physicalId).toBe(
    'arn:aws:ecs:eu-west-1:123456789012:service/main/web',
  );
  expect((await make('AWS::Glue::Database', { DatabaseInput: { Name: 'sales' } })).physicalId).toBe('sales');
});

test('attributes that an exact form does not have are guessed and named', async () => {
  const { attributes, guessed } = await make('AWS::ECS::Cluster', { ClusterName: 'a' });
  expect(guessed).toEqual([]);
  expect(attributes['Arn']).toBe('arn:aws:ecs:eu-west-1:123456789012:cluster/a');
  const endpoint = await make('AWS::Events::Endpoint', { Name: 'a' });
  const { StateReason: reason } = endpoint.attributes;
  expect([endpoint.guessed, reason]).toEqual([['StateReason'], 'Thing-StateReason']);
});

test('a type without an exact form is made by the rule: ARN, id, address and name by what the attributes are called', async () => {
  expect(hasExactForm('AWS::AppRunner::Service')).toBe(false);
  expect(await make('AWS::AppRunner::Service', { ServiceName: 'web' })).toEqual({
    physicalId: 'arn:aws:apprunner:eu-west-1:123456789012:service/web',
    attributes: {
      ServiceArn: 'arn:aws:apprunner:eu-west-1:123456789012:service/web',
      ServiceId: 'bcdefghijklm',
      ServiceUrl: 'https://web.apprunner.eu-west-1.invalid',
      Status: 'Thing-Status',
    },
    guessed: ['Ref', 'ServiceArn', 'ServiceId', 'ServiceUrl', 'Status'],
  });
});

test('an identifier that the template gives is no guess, and several are joined as CloudFormation joins them', async () => {
  expect(await make('AWS::SES::Tenant', { TenantName: 'a' })).toEqual({
    physicalId: 'a',
    attributes: { Arn: 'arn:aws:ses:eu-west-1:123456789012:tenant/a' },
    guessed: ['Arn'],
  });
  expect(await make('AWS::SES::EmailIdentityCertificate', { EmailIdentity: 'a.example', FromAddress: 'b' })).toEqual({
    physicalId: 'a.example|b',
    attributes: {},
    guessed: [],
  });
});

test('attributes of nested objects and of properties that are given work by the rule too', async () => {
  const { attributes, guessed } = await make('AWS::Redshift::Cluster', { ClusterIdentifier: 'Sales' });
  expect([attributes['Endpoint.Address'], attributes['Endpoint.Port']]).toEqual([
    'sales.redshift.eu-west-1.invalid',
    '443',
  ]);
  expect(guessed).toEqual(Object.keys(attributes).sort());
  const server = await make('AWS::Transfer::User', { ServerId: 's-1', UserName: 'ann', Role: 'r' });
  expect([server.attributes['ServerId'], server.attributes['UserName']]).toEqual(['s-1', 'ann']);
});

test('a type that no schema knows has a generated id and no attributes', async () => {
  expect(await make('Custom::Thing', { ServiceToken: 'arn' })).toEqual({
    physicalId: 'shop-Thing-ABCDEF123456',
    attributes: {},
    guessed: ['Ref'],
  });
});

test('every type that CloudFormation has can be made, with every attribute, also of an empty declaration', async () => {
  const types = await loadResourceTypes(inflate);
  const find = await loadResourceSchemas(types, inflate);
  const wrong = types.flatMap((type) => {
    const schema = find(type);
    const { physicalId, attributes, guessed } = standInForm(type, {}, { place: createTestPlace(), schema });
    const dependent = Object.keys(EXACT_FORMS.get(type)?.only ?? {});
    const missing = schema?.attributes.filter((name) => !attributes[name] && !dependent.includes(name)) ?? [];
    const unmarked = hasExactForm(type) ? [] : Object.keys(attributes).filter((name) => !guessed.includes(name));
    return [
      ...(physicalId === '' || /undefined|NaN/.test(physicalId) ? [`${type}: "${physicalId}"`] : []),
      ...missing.map((name) => `${type}.${name} is missing`),
      ...unmarked.map((name) => `${type}.${name} is not called a guess`),
    ];
  });
  expect(wrong).toEqual([]);
});

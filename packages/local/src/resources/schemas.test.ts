// The resource types beside CloudFormation's own resource schemas.
import { loadResourceSchemas } from '@earwitness/protocol/internal/aws/resource-schema';
import { expect, test } from 'vitest';
import { startLocal } from '../local.ts';

const find = await loadResourceSchemas();
await using local = await startLocal();
// Of AWS::CDK::Metadata CloudFormation has no schema.
const types = local.cloud.services.flatMap((service) => service.resources ?? []).filter(({ type }) => find(type));

test('every property that a type serves or ignores is in its schema, and every required one is served', () => {
  const wrong = types.flatMap(({ type, serves, ignores = [] }) => {
    const { properties = {} } = find(type) ?? {};
    const named = [...serves, ...ignores];
    return [
      ...named.filter((name) => !Object.hasOwn(properties, name)).map((name) => `${type} has no property ${name}`),
      ...named.filter((name, at) => named.indexOf(name) !== at).map((name) => `${type} names ${name} twice`),
      ...Object.entries(properties)
        .filter(([name, { required }]) => required && !serves.includes(name))
        .map(([name]) => `${type} does not serve ${name}`),
    ];
  });
  expect(wrong).toEqual([]);
});

test('a type has an update where its schema lets a property change in place, and no property replaces only sometimes', () => {
  const wrong = types.flatMap(({ type, serves, update }) => {
    const rules = Object.entries(find(type)?.properties ?? {}).filter(([name]) => serves.includes(name));
    return [
      ...rules.filter(([, rule]) => rule.requiresRecreation === 'Never' && !update).map(([name]) => `${type}.${name}`),
      ...rules.filter(([, rule]) => rule.requiresRecreation === 'Conditionally').map(([name]) => `${type}.${name}`),
    ];
  });
  expect(wrong).toEqual([]);
});

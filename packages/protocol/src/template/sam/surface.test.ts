// surface.md names a case for every member of SAM's schema, and the case uses it.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Problem } from '../problem.ts';
import { createSource } from '../source.ts';
import { isList, isMap, type Value, type ValueMap } from '../value.ts';
import { transformServerless } from './transform.ts';

function text(name: string): string {
  return readFileSync(new URL(name, import.meta.url), 'utf8');
}

const templates = new Map<string, readonly ValueMap[]>();
for (const file of ['function', 'events', 'api', 'resources']) {
  const cases = JSON.parse(text(`./cases/${file}.json`)) as Record<string, { readonly template: ValueMap }>;
  for (const [name, { template }] of Object.entries(cases)) templates.set(name, [template]);
}
const refusals = JSON.parse(text('./cases/refusals.json')) as readonly { readonly template: ValueMap }[];
templates.set(
  'refusals',
  refusals.map(({ template }) => template),
);

const rows = [...text('./surface.md').matchAll(/^\| (\S+\/?\S*) \| (.+) \| (.+) \|$/gm)]
  .map(([, place = '', members = '', cases = '']) => ({ place, members: members.split(' '), cases: cases.split('; ') }))
  .filter(({ place }) => place !== 'place');

/** The members of what stands at a place of a template. */
function membersAt(template: ValueMap, place: string): string[] {
  const [type = '', ...path] = place.split('/');
  const resources = Object.values(isMap(template['Resources']) ? template['Resources'] : {});
  return resources
    .filter((one) => isMap(one) && (type === '*' || one['Type'] === `AWS::Serverless::${type}`))
    .flatMap((one) => found(one, path))
    .flatMap((one) => Object.keys(one));
}

function found(value: Value, [step, ...rest]: readonly string[]): ValueMap[] {
  if (step === undefined) return isMap(value) ? [value] : [];
  if (isList(value)) return value.flatMap((one) => found(one, step === '*' ? rest : [step, ...rest]));
  if (!isMap(value)) return [];
  if (step === '*') return Object.values(value).flatMap((one) => found(one, rest));
  const member = value[step];
  if (step !== 'Events' || !isMap(member) || rest.length === 0) return member === undefined ? [] : found(member, rest);
  const [type = '', ...more] = rest;
  return Object.values(member)
    .filter((one) => isMap(one) && one['Type'] === type)
    .flatMap((one) => found(one, more));
}

test('there are rows of all types', () => {
  const types = new Set(rows.map(({ place }) => place.split('/')[0]));
  expect([...types]).toEqual([
    '*',
    ...['Api', 'Application', 'CapacityProvider', 'Connector', 'Function', 'Globals', 'GraphQLApi', 'HttpApi'],
    ...['LayerVersion', 'SimpleTable', 'StateMachine', 'WebSocketApi'],
  ]);
});

test.each(rows.filter(({ place, cases }) => !place.startsWith('Globals') && !cases.includes('later')))(
  '$place $members',
  ({ place, members, cases }) => {
    const used = new Set(cases.flatMap((name) => templates.get(name) ?? []).flatMap((one) => membersAt(one, place)));
    expect(members.filter((member) => !used.has(member))).toEqual([]);
  },
);

test.each(rows.filter(({ place }) => place.startsWith('Globals')))('$place $members', ({ place, members }) => {
  const [, section] = place.split('/');
  const known = Object.fromEntries(members.map((member) => [member, section === undefined ? {} : null] as const));
  const problems: Problem[] = [];
  const root = {
    Globals: section === undefined ? known : { [section]: known },
    Resources: { Topic: { Type: 'AWS::SNS::Topic' } },
  };
  transformServerless(root, { source: createSource(), parameters: {}, sha1: (one) => one, problems });
  expect(problems).toEqual([]);
});

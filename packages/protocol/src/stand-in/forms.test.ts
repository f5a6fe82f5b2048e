// Every exact form at one fixed place, as the page of its type says: AWS CloudFormation user guide, "Return values".
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { inflate } from '../../../local/src/resources/inflate.ts';
import { SERVED_SCHEMAS } from '../aws/models/served-schemas.ts';
import { loadResourceSchemas } from '../aws/resource-schema.ts';
import { hasExactForm, standInForm } from './form.ts';
import { EXACT_FORMS } from './forms.ts';
import { createTestPlace } from './test-place.ts';

interface Case {
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

const folder = new URL('cases/', import.meta.url);
const cases: Case[] = readdirSync(folder).flatMap((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')));
const find = await loadResourceSchemas(EXACT_FORMS.keys(), inflate);

describe('a stand-in has the physical id and the attributes of the real resource', () => {
  test.each(cases)('$type', ({ type, properties, ref, attributes }) => {
    const schema = find(type);
    const form = standInForm(type, properties, { place: createTestPlace(), schema });
    const exact = Object.entries(form.attributes).filter(([name]) => !form.guessed.includes(name));
    expect({ ref: form.physicalId, attributes: Object.fromEntries(exact) }).toEqual({ ref, attributes });
    expect(form.guessed).toEqual(schema?.attributes.filter((name) => !Object.hasOwn(attributes, name)));
  });
});

test('every exact form has its case', () => {
  expect(cases.map(({ type }) => type).sort()).toEqual([...EXACT_FORMS.keys()].sort());
  expect(cases.every(({ type }) => hasExactForm(type))).toBe(true);
});

/** A nested stack is made here, and stands in where its template is in S3. */
const SERVED_IN_PART = ['AWS::CloudFormation::Stack'];

test('exact forms are of types that CloudFormation has and no service here makes, with attributes that they have', () => {
  const wrong = [...EXACT_FORMS].flatMap(([type, { attributes = {}, only = {} }]) => [
    ...(SERVED_SCHEMAS.includes(`\n${type}|`) && !SERVED_IN_PART.includes(type) ? [`${type} is served`] : []),
    ...Object.keys(attributes)
      .filter((name) => !find(type)?.attributes.includes(name))
      .map((name) => `${type} has no attribute ${name}`),
    ...Object.entries(only)
      .filter(([name, property]) => !(name in attributes) || !find(type)?.properties[property])
      .map(([name]) => `${type}.${name} depends on nothing`),
  ]);
  expect(wrong).toEqual([]);
});

test('exact forms name properties that their types have', () => {
  const wrong = [...EXACT_FORMS].flatMap(([type, { values = {}, ref, attributes = {} }]) =>
    [ref, ...Object.values(values), ...Object.values(attributes)]
      .flatMap((text) => [...text.matchAll(/[{|]([A-Z]\w*)/g)].map(([, property = '']) => property))
      .filter((property) => !find(type)?.properties[property])
      .map((property) => `${type} has no property ${property}`),
  );
  expect(wrong).toEqual([]);
});

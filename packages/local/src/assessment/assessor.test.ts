import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { startLocal } from '../local.ts';
import { createAssessor } from './assessor.ts';

const local = await startLocal();
const assessor = createAssessor();
afterAll(() => local.close());
afterAll(() => assessor[Symbol.asyncDispose]());

const folder = new URL('../../../../conformance/templates/', import.meta.url);
const templates = readdirSync(folder).filter((name) => name.endsWith('.yaml'));

test.each(templates)(
  'what would become of %s is the same with a local cloud that listens and without',
  async (name) => {
    const stack = { name: 'app', template: readFileSync(new URL(name, folder), 'utf8') };
    expect(await assessor.assess(stack)).toEqual(await local.assess(stack));
  },
);

test('the environment has the variables that a local cloud has', () => {
  expect(Object.keys(assessor.env)).toEqual(Object.keys(local.env));
});

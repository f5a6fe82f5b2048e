// What serverless templates become. Source: aws-sam-translator 1.110, which makes the same of these templates; but for
// the application of the repository, and the stage in policies that a state machine asks for (README.md, 5 and 7).
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Problem } from '../problem.ts';
import { createSource } from '../source.ts';
import type { ValueMap } from '../value.ts';
import { transformServerless } from './transform.ts';

const PARAMETERS = { 'AWS::Region': 'ap-southeast-1', 'AWS::Partition': 'aws' };
const sha1 = (text: string) => createHash('sha1').update(text).digest('hex');

function read(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`./cases/${name}.json`, import.meta.url), 'utf8'));
}

/** The names of deployments end with a hash of our own. */
function masked(template: ValueMap): ValueMap {
  const text = JSON.stringify(template)
    .replace(/(Deployment)[0-9a-f]{10}\b/g, '$1HASH')
    .replace(/([dD]eployment id: )[0-9a-f]+/g, '$1HASH');
  const { Conditions, Resources } = JSON.parse(text);
  return { ...(Conditions !== undefined && { Conditions }), Resources };
}

describe.each(['function', 'events', 'api', 'resources'])('%s', (file) => {
  const cases = read(file) as Record<string, { readonly template: ValueMap; readonly made: ValueMap }>;
  test.each(Object.entries(cases))('%s', (_name, { template, made }) => {
    const source = createSource();
    expect(masked(transformServerless(template, { source, parameters: PARAMETERS, sha1 }))).toEqual(made);
  });
});

const refusals = read('refusals') as readonly { readonly sentences: readonly string[]; readonly template: ValueMap }[];

test.each(refusals.map((one) => [one.sentences.join(' '), one] as const))('%s', (_title, { sentences, template }) => {
  const problems: Problem[] = [];
  transformServerless(template, { source: createSource(), parameters: PARAMETERS, sha1, problems });
  expect([...new Set(problems.map(({ message }) => message))]).toEqual(sentences);
});

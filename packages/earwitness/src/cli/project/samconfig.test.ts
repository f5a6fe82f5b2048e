import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { UsageError } from '../usage-error.ts';
import { parseOverrides } from './overrides.ts';
import { readSamconfig } from './samconfig.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'earwitness-samconfig-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const read = (toml: string) => {
  writeFileSync(join(folder, 'samconfig.toml'), toml);
  return readSamconfig(folder);
};

// Source: AWS SAM developer guide, "sam deploy" (--parameter-overrides) and "AWS SAM CLI configuration file".
test.each<[unknown, Record<string, string> | undefined]>([
  ['Stage=dev', { Stage: 'dev' }],
  ['Stage=dev Name="a b" Other=\'c d\'', { Stage: 'dev', Name: 'a b', Other: 'c d' }],
  ['"Stage"="dev"', { Stage: 'dev' }],
  ['Quote="say \\"hi\\"" Url=https://x/?a=b', { Quote: 'say "hi"', Url: 'https://x/?a=b' }],
  ['Empty= Blank=""', { Empty: '', Blank: '' }],
  ['ParameterKey=Stage,ParameterValue=dev ParameterKey=Size,ParameterValue=3', { Stage: 'dev', Size: '3' }],
  ['', {}],
  [['Stage=dev', 'Name=a b', 'Quoted="c d"'], { Stage: 'dev', Name: 'a b', Quoted: 'c d' }],
  [
    { Stage: 'dev', Size: 3 },
    { Stage: 'dev', Size: '3' },
  ],
  ['Stage', undefined],
  [['Stage'], undefined],
  [[3], undefined],
  [{ Stage: ['dev'] }, undefined],
  [3, undefined],
])('%j gives the parameters %j', (value, parameters) => {
  expect(parseOverrides(value)).toEqual(parameters);
});

test('what deploy sets wins over what all commands share', async () => {
  const settings = await read(`version = 0.1
[default.global.parameters]
stack_name = "shared"
tags = "team=a"
[default.deploy.parameters]
stack_name = "shop"
s3_bucket = "somewhere"
capabilities = "CAPABILITY_IAM"
parameter_overrides = "Stage=\\"dev\\" Name=\\"a b\\""
[prod.deploy.parameters]
stack_name = "shop-prod"
`);
  expect(settings).toEqual({ stackName: 'shop', parameters: { Stage: 'dev', Name: 'a b' }, tags: { team: 'a' } });
});

test('a file without settings of a deployment gives none', async () => {
  expect(await read('version = 0.1\n[default.build.parameters]\ncached = true\n')).toEqual({
    parameters: {},
    tags: {},
  });
});

test('a mistake is named with its place', async () => {
  const message = async (toml: string) => {
    const error: unknown = await read(toml).catch((thrown: unknown) => thrown);
    return error instanceof UsageError ? error.message.replace(folder, '') : error;
  };
  expect([
    await message('[default\nx'),
    await message('[default.deploy.parameters]\nstack_name = 3\n'),
    await message('[default.deploy.parameters]\nparameter_overrides = "Stage"\n'),
    await message('[default.deploy.parameters]\ntags = 3\n'),
  ]).toMatchInlineSnapshot(`
    [
      "/samconfig.toml:1:9: Invalid TOML document: illegal character in key",
      "samconfig.toml: stack_name of [default.deploy.parameters] must be a text.",
      "samconfig.toml: parameter_overrides of [default.deploy.parameters] must be text such as 'Stage=dev Name="a b"', or a list of such.",
      "samconfig.toml: tags of [default.deploy.parameters] must be text such as 'Stage=dev Name="a b"', or a list of such.",
    ]
  `);
});

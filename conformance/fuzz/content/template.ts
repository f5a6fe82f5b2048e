// CloudFormation templates: JSON, and YAML with short tags, anchors and aliases.
import type { Random } from '../prng.ts';
import { mutate } from './mutate.ts';
import { resource } from './resources.ts';
import { oddText, plainText } from './text.ts';
import { type Fields, isFields, isList, type Value, writeJson } from './value.ts';

const PARAMETERS: Fields = {
  Name: {
    Type: 'String',
    Default: 'fuzz',
    MinLength: 1,
    MaxLength: 40,
    AllowedPattern: '[a-z][a-z0-9-]*',
    ConstraintDescription: 'lower case',
  },
  Count: { Type: 'Number', Default: 3, MinValue: 0, MaxValue: 10 },
  Zones: { Type: 'CommaDelimitedList', Default: 'a,b,c' },
  Secret: { Type: 'String', NoEcho: true, Default: 'hidden' },
  Stored: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/fuzz/parameter' },
};

const MAPPINGS: Fields = {
  Regions: { 'us-east-1': { Size: 'small', List: ['x', 'y'] }, 'eu-west-1': { Size: 'large', List: ['z'] } },
};

const CONDITIONS: Fields = {
  IsEu: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'eu-west-1'] },
  Both: { 'Fn::And': [{ Condition: 'IsEu' }, { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'Name' }, 'x'] }] }] },
};

/** A value that functions make. */
function intrinsic(random: Random, depth = 0): Value {
  const inner = (): Value => (depth < 3 && random.chance(0.4) ? intrinsic(random, depth + 1) : plainText(random));
  return random.pick<() => Value>([
    () => ({
      Ref: random.pick(['Name', 'Queue', 'AWS::Region', 'AWS::StackName', 'AWS::NoValue', 'AWS::AccountId', 'Zones']),
    }),
    () => ({ 'Fn::GetAtt': random.pick<Value>([['Queue', 'Arn'], 'Queue.QueueName', ['Queue', { Ref: 'Name' }]]) }),
    () => ({ 'Fn::Sub': random.pick(['${Name}-x', '${AWS::Region}/${Queue.Arn}', 'a${!Literal}b', '${Queue}']) }),
    () => ({ 'Fn::Sub': ['${a}-${Name}', { a: inner() }] }),
    () => ({ 'Fn::Join': [random.pick(['', '-', ',']), [inner(), inner()]] }),
    () => ({
      'Fn::Select': [
        random.pick<Value>([0, '1', 9]),
        random.pick<Value>([{ Ref: 'Zones' }, [inner(), inner()], { 'Fn::GetAZs': '' }]),
      ],
    }),
    () => ({ 'Fn::Split': [random.pick(['-', ',']), inner()] }),
    () => ({ 'Fn::If': ['IsEu', inner(), random.pick<Value>([inner(), { Ref: 'AWS::NoValue' }])] }),
    () => ({ 'Fn::FindInMap': ['Regions', { Ref: 'AWS::Region' }, random.pick(['Size', 'List', 'None'])] }),
    () => ({ 'Fn::Base64': inner() }),
    () => ({ 'Fn::Cidr': ['10.0.0.0/16', random.pick<Value>([4, '6', 256]), 8] }),
    () => ({ 'Fn::ImportValue': random.pick(['fuzz-export', 'none']) }),
    () => ({ 'Fn::Length': [inner(), inner()] }),
    () => ({ 'Fn::ToJsonString': { a: inner() } }),
  ])();
}

/** A template's value, as JSON writes it. */
export function template(random: Random): Fields {
  const isSam = random.chance(0.25);
  const resources = Array.from({ length: random.whole(0, 3) }, (_, index): [string, Value] => [
    `R${index}`,
    resource(random, { isSam }),
  ]);
  const outputs = Array.from({ length: random.whole(0, 2) }, (_, index): [string, Value] => [
    `O${index}`,
    { Value: intrinsic(random), ...(random.chance(0.2) && { Export: { Name: { 'Fn::Sub': '${AWS::StackName}-e' } } }) },
  ]);
  const transforms = [
    ...(isSam ? ['AWS::Serverless-2016-10-31'] : []),
    ...(random.chance(0.1) ? ['AWS::LanguageExtensions'] : []),
  ];
  return {
    ...(random.chance(0.7) && { AWSTemplateFormatVersion: '2010-09-09' }),
    ...(transforms.length > 0 && { Transform: transforms.length === 1 ? (transforms[0] ?? '') : transforms }),
    Parameters: PARAMETERS,
    Mappings: MAPPINGS,
    Conditions: CONDITIONS,
    ...(isSam && random.chance(0.3) && { Globals: { Function: { Timeout: 5, Runtime: 'nodejs20.x' } } }),
    ...(random.chance(0.1) && {
      Rules: { R: { Assertions: [{ Assert: { 'Fn::Contains': [['a'], 'a'] }, AssertDescription: 'a' }] } },
    }),
    Resources: {
      Queue: { Type: 'AWS::SQS::Queue', Properties: { Tags: [{ Key: 'a', Value: intrinsic(random) }] } },
      ...Object.fromEntries(resources),
    },
    ...(outputs.length > 0 && { Outputs: Object.fromEntries(outputs) }),
  };
}

/** A template's text: sound, with one thing changed, or barely a template. */
export function templateText(random: Random): string {
  const sound = template(random);
  const choice = random.fraction();
  const value = choice < 0.6 ? mutate(random, sound) : sound;
  if (random.chance(0.5)) return writeJson(value);
  const yaml = writeYaml(value, { isShort: random.chance(0.7) });
  return choice > 0.85 ? mutateYaml(random, yaml) : yaml;
}

/** What JSON has no word for. */
const YAML_TWISTS: readonly ((random: Random) => string)[] = [
  () => 'a: &a [x, x]\nb: &b [*a, *a]\nResources: {Q: {Type: "AWS::SQS::Queue", Metadata: *b}}\n',
  (random) => {
    const levels = random.pick([4, 9, 12]);
    const width = random.pick([2, 10]);
    const rows = Array.from(
      { length: levels },
      (_, level) => `  l${level + 1}: &l${level + 1} [${Array.from({ length: width }, () => `*l${level}`).join(',')}]`,
    );
    return `Metadata:\n  l0: &l0 x\n${rows.join('\n')}\nResources: {Q: {Type: "AWS::SQS::Queue", Metadata: *l${levels}}}\n`;
  },
  () => 'Resources: &r\n  Q: {Type: "AWS::SQS::Queue", Metadata: *r}\n',
  () => 'x: &x {Type: "AWS::SQS::Queue"}\nResources:\n  Q:\n    <<: *x\n',
  () => 'Resources:\n  Q: !Unknown {Type: "AWS::SQS::Queue"}\n',
  () => 'Resources:\n  Q: !GetAtt A\n',
  () => 'Resources:\n  Q: {Type: "AWS::SQS::Queue", Properties: {QueueName: !Sub [a]}}\n',
  () => '--- {Resources: {Q: {Type: "AWS::SQS::Queue"}}}\n--- {}\n',
  () => '%YAML 1.1\n---\nResources: {Q: {Type: "AWS::SQS::Queue"}}\n',
  () => 'Resources:\n\tQ: 1\n',
  () => '? [Resources]\n: {Q: 1}\n',
  () => 'Resources: {1: {Type: "AWS::SQS::Queue"}, null: {Type: "AWS::SQS::Queue"}}\n',
  () =>
    'Resources: {Q: {Type: "AWS::SQS::Queue", Properties: {DelaySeconds: 0x10, MessageRetentionPeriod: 1_000, QueueName: 2026-01-01}}}\n',
  () => 'Resources: {Q: {Type: "AWS::SQS::Queue"}, Q: {Type: "AWS::SQS::Queue"}}\n',
  () => 'Resources: {Q: {Type: "AWS::SQS::Queue", Metadata: !!binary aGk=, DependsOn: !!set {a}}}\n',
  (random) =>
    `Resources: {Q: {Type: "AWS::SQS::Queue", Properties: {QueueName: !Sub "${'${A}'.repeat(random.pick([10, 3000]))}"}}}\n`,
  (random) =>
    `Resources: {Q: {Type: "AWS::SQS::Queue", Properties: {QueueName: !Sub "${'${'.repeat(random.pick([10, 20_000]))}"}}}\n`,
  (random) => `Resources: ${'{a: '.repeat(random.pick([50, 1000]))}1${'}'.repeat(1000)}\n`,
  (random) => `Resources: ${'['.repeat(random.pick([50, 5000]))}\n`,
  () =>
    'Parameters: {P: {Type: String, AllowedPattern: "(a+)+$", Default: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!"}}\nResources: {Q: {Type: "AWS::SQS::Queue"}}\n',
];

function mutateYaml(random: Random, yaml: string): string {
  if (random.chance(0.6)) return random.pick(YAML_TWISTS)(random);
  const at = random.whole(0, yaml.length);
  return (
    yaml.slice(0, at) +
    random.pick(['\t', ': ', '- ', '!Ref ', '&a ', '*a ', '|', '>', '#', '"', '{', '\n', '---\n', oddText(random)]) +
    yaml.slice(at)
  );
}

const SHORT = new Set([
  'Base64',
  'Cidr',
  'FindInMap',
  'GetAtt',
  'GetAZs',
  'If',
  'ImportValue',
  'Join',
  'Length',
  'Select',
  'Split',
  'Sub',
  'Equals',
  'And',
  'Not',
  'Or',
  'ToJsonString',
]);

/** YAML in flow style below the sections, where tags can stand before anything. */
function writeYaml(value: Value, options: { readonly isShort: boolean }): string {
  if (!isFields(value)) return `${writeFlow(value, options)}\n`;
  return Object.entries(value)
    .map(([name, inner]) => {
      const isSection = isFields(inner) && Object.keys(inner).length > 0;
      if (!isSection) return `${JSON.stringify(name)}: ${writeFlow(inner, options)}\n`;
      const rows = Object.entries(inner).map(([key, row]) => `  ${JSON.stringify(key)}: ${writeFlow(row, options)}\n`);
      return `${JSON.stringify(name)}:\n${rows.join('')}`;
    })
    .join('');
}

function writeFlow(value: Value, options: { readonly isShort: boolean }): string {
  if (isList(value)) return `[${value.map((inner) => writeFlow(inner, options)).join(', ')}]`;
  if (!isFields(value)) return writeJson(value);
  const [entry, ...others] = Object.entries(value);
  if (options.isShort && entry && others.length === 0) {
    const [name, inner] = entry;
    const short =
      name === 'Ref' || name === 'Condition'
        ? name
        : name.startsWith('Fn::') && SHORT.has(name.slice(4))
          ? name.slice(4)
          : undefined;
    if (short !== undefined) return `!${short} ${writeFlow(inner, options)}`;
  }
  return `{${Object.entries(value)
    .map(([name, inner]) => `${JSON.stringify(name)}: ${writeFlow(inner, options)}`)
    .join(', ')}}`;
}

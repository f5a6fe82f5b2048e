import { parseTemplate } from '@earwitness/protocol/internal/template/template';
import { expect, test } from 'vitest';
import { parseTemplateText } from './parse.ts';

test('short forms become long forms, whatever stands behind the tag', async () => {
  const { root } = await parseTemplateText(`
A: !Ref Name
B: !GetAtt Stack.Outputs.Url
C: !Sub
  - \${X}
  - X: !Select [0, !Split [',', 'a,b']]
D: !If [IsOpen, !Ref 'AWS::NoValue', {a: 1}]
E: !Not [!Condition Yes, !Condition on]
F: !Base64
  Fn::Join: ['', [a]]
`);
  expect(root).toEqual({
    A: { Ref: 'Name' },
    B: { 'Fn::GetAtt': ['Stack', 'Outputs.Url'] },
    C: { 'Fn::Sub': ['${X}', { X: { 'Fn::Select': [0, { 'Fn::Split': [',', 'a,b'] }] } }] },
    D: { 'Fn::If': ['IsOpen', { Ref: 'AWS::NoValue' }, { a: 1 }] },
    E: { 'Fn::Not': [{ Condition: 'Yes' }, { Condition: 'on' }] },
    F: { 'Fn::Base64': { 'Fn::Join': ['', ['a']] } },
  });
});

test('numbers keep their text where JavaScript writes them otherwise, and stay numbers in event patterns', async () => {
  const { root } = await parseTemplateText(`
Version: 2012-10-17
Account: 0123456789
Plain: 123456789012
One: 1.0
Half: 0.5
Quoted: "5"
Long: 123456789012345678901234
Flag: true
EventPattern: {detail: {price: [{numeric: ['>', 1.0]}]}, account: [0123456789]}
`);
  expect(root).toEqual({
    Version: '2012-10-17',
    Account: '0123456789',
    Plain: 123456789012,
    One: '1.0',
    Half: 0.5,
    Quoted: '5',
    Long: '123456789012345678901234',
    Flag: true,
    EventPattern: { detail: { price: [{ numeric: ['>', 1] }] }, account: ['0123456789'] },
  });
});

// Source: PyYAML 6.0.3, run: yaml.safe_load of each; CloudFormation hands on what is a number as its decimal text.
const SCALARS: readonly (readonly [text: string, value: unknown])[] = [
  ['yes', true],
  ['Off', false],
  ['TRUE', true],
  ['y', 'y'],
  ['"yes"', 'yes'],
  ['!!str yes', 'yes'],
  ['0644', 420],
  ['0o644', '0o644'],
  ['0x1F', 31],
  ['0b101', 5],
  ['-0x10', -16],
  ['1_000', 1000],
  ['+5', 5],
  ['10:30', 630],
  ['1:02:03', 3723],
  ['04:30', '04:30'],
  ['1e3', '1e3'],
  ['1.5e+3', '1.5e+3'],
  ['.5', '.5'],
  ['089', '089'],
  ['~', null],
  ['2010-09-09', '2010-09-09'],
  ['!!int "7"', 7],
  ['!!bool "no"', false],
];

test.each(SCALARS)('%s of YAML is %s', async (text, value) => {
  expect((await parseTemplateText(`A: ${text}`)).root).toEqual({ A: value });
});

test('a template in JSON is read as JSON', async () => {
  expect((await parseTemplateText('{"A": 1e3, "B": "yes", "C": true, "Pattern": {"D": 1e3}}')).root).toEqual({
    A: '1e3',
    B: 'yes',
    C: true,
    Pattern: { D: 1000 },
  });
});

test('keys keep their text and order', async () => {
  const { root } = await parseTemplateText(
    'EventPattern: {source: [a], detail-type: [b], account: [c]}\nMap: {0123: a, "x": b}',
  );
  expect(JSON.stringify(root)).toBe(
    '{"EventPattern":{"source":["a"],"detail-type":["b"],"account":["c"]},"Map":{"0123":"a","x":"b"}}',
  );
});

test('anchors and merge keys work', async () => {
  const { root } = await parseTemplateText('A: &a {x: 1, y: 2}\nB: {<<: *a, y: 3}\nC: *a');
  expect(root).toEqual({ A: { x: 1, y: 2 }, B: { x: 1, y: 3 }, C: { x: 1, y: 2 } });
});

test('an alias stands for the last anchor of its name before it', async () => {
  const { root } = await parseTemplateText('A: &x [&y 1]\nB: *x\nC: &y 2\nD: [*x, *y]\nE: &x 3\nF: *x');
  expect(root).toEqual({ A: [1], B: [1], C: 2, D: [[1], 2], E: 3, F: 3 });
});

// Walking the document for each alias would be 450 million steps.
test('tens of thousands of aliases are read in one walk', async () => {
  const { root } = await parseTemplateText(`A: &a x\nB: [${'*a,'.repeat(15_000)}]`);
  expect(root).toEqual({ A: 'x', B: Array(15_000).fill('x') });
});

test('a template of more than a megabyte is refused', async () => {
  // Source of the sentence: what CloudFormation said of a file that was no template (aws-samples/aws-vpc-cidr-mgmt,
  // issue 10).
  await expect(parseTemplateText(`A: ${'x'.repeat(1_000_000)}`)).rejects.toThrow(
    'Template may not exceed 1000000 bytes in size.',
  );
});

test('JSON is read too, with lines', async () => {
  const { root, source } = await parseTemplateText('{\n\t"Resources": {\n\t\t"A": {"Type": "T"}\n\t}\n}');
  expect(root).toEqual({ Resources: { A: { Type: 'T' } } });
  expect(source.lineOf(root['Resources'], 'A')).toBe(3);
});

test.each([
  ['A:\n  - b\n c: d', /^Template format error: YAML not well-formed. \(line 3, column 2\): /],
  ['{"A": 1,,}', /^Template format error: JSON not well-formed. \(line 1, column 9\): /],
  ['just text', /^Template format error: unsupported structure.$/],
  [
    'A: 1\nB: !Foo x',
    /^Template format error: YAML tag !Foo is not an intrinsic function of CloudFormation \(line 2\)$/,
  ],
])('%j is refused with its place', async (text, message) => {
  await expect(parseTemplateText(text)).rejects.toThrow(message);
});

test('a refusal of the template names the line of the thing', async () => {
  const { root, source } = await parseTemplateText(`Resources:
  Queue:
    Type: AWS::SQS::Queue
    Propertys: {}
    Properties:
      Tags:
        - Key: a
          Value: !Ref Gone
`);
  expect(() => parseTemplate(root, source)).toThrow("Invalid template resource property 'Propertys' (line 4)");
  const { Propertys: _, ...queue } = JSON.parse(JSON.stringify(root['Resources'])).Queue;
  expect(Object.keys(queue)).toEqual(['Type', 'Properties']);
});

test('a name that does not exist is refused with the line where it is used', async () => {
  const { root, source } = await parseTemplateText(
    'Resources:\n  Queue:\n    Type: T\n    Properties:\n      Name: !Ref Gone\n',
  );
  expect(() => parseTemplate(root, source)).toThrow(
    'Template format error: Unresolved resource dependencies [Gone] in the Resources block of the template (line 5)',
  );
});

test.each([
  ['thousands of levels', `A: ${'['.repeat(20_000)}${']'.repeat(20_000)}`],
  ['an alias inside itself', 'A: &a {b: *a}'],
  [
    'aliases one inside another',
    Array.from({ length: 210 }, (_, level) => `a${level}: &a${level} [*a${level - 1}]`)
      .join('\n')
      .replace('*a-1', '1'),
  ],
  [
    'aliases that stand for billions of values',
    [
      'a: &a [1,1,1,1,1,1,1,1,1,1]',
      ...'bcdefghij'
        .split('')
        .map((name, index) => `${name}: &${name} [${Array(10).fill(`*${'abcdefghij'[index]}`).join(',')}]`),
    ].join('\n'),
  ],
])('%s are refused', async (_name, text) => {
  await expect(parseTemplateText(text)).rejects.toThrow(
    /^Template format error: (the template cannot be read: its aliases stand for too much|.*: nesting exceeded maxDepth \(200\))$/,
  );
});

import { expect, test } from 'vitest';
import { parseSub, type SubPart } from './substitution.ts';

const text = (written: string): SubPart => ({ kind: 'text', text: written });
const name = (written: string): SubPart => ({ kind: 'name', name: written });

test.each<[string, readonly SubPart[]]>([
  ['', []],
  ['plain', [text('plain')]],
  ['${A}', [name('A')]],
  ['a-${ Queue.Arn }-${AWS::Region}!', [text('a-'), name('Queue.Arn'), text('-'), name('AWS::Region'), text('!')]],
  ['${!Literal} ${A}', [text('${Literal}'), text(' '), name('A')]],
  ['${A} ${', [name('A'), text(' ${')]],
  ['${${A', [text('${${A')]],
  ['$A {B} }', [text('$A {B} }')]],
])('%j is read into its parts', (written, parts) => {
  expect(parseSub(written)).toEqual({ parts });
});

test.each([
  ['a ${B C} ${D}', [text('a ')], 'B C'],
  ['${}', [], ''],
  ['${A${B}}', [], 'A${B'],
])('%j holds a name that Fn::Sub does not take', (written, parts, badName) => {
  expect(parseSub(written)).toEqual({ parts, badName });
});

// Looking for an end from each beginning anew would be 10^11 steps and more.
test('half a million openings without an end are text', () => {
  const written = '${'.repeat(500_000);
  expect(parseSub(written)).toEqual({ parts: [text(written)] });
});

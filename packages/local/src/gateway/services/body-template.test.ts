// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates have that form Mapping templates.
// Source: API Gateway developer guide, "API Gateway mapping template and access logging variable
// reference"; templates of aws-samples/serverless-patterns, named where they are from one.
import { expect, test } from 'vitest';
import { parseBodyTemplate, type TemplateView } from './body-template.ts';
import { memberOf } from './parameter-value.ts';
import { TemplateOverrun } from './template-overrun.ts';

const body = Buffer.from(
  JSON.stringify({ id: 7, text: `it's "a"/b`, output: '{"sum":5}', deep: { list: [{ n: 1 }] } }),
);
const view: TemplateView = {
  member: (path) => memberOf(body, path),
  body: body.toString(),
  parameter: (name) => ({ Type: 'rejected', Token: Buffer.from('token').toString('base64') })[name] ?? '',
  parameters: () => ({ path: { Type: 'rejected' }, querystring: {}, header: { Type: 'text', 'X-One': '1' } }),
  variable: (name) => ({ 'context.httpMethod': 'POST', 'AWS::Region': 'eu-west-1' })[name] ?? '',
};
const fill = (template: string) => parseBodyTemplate(template)?.(view);

test.each([
  ["$input.json('$.id')", '7'],
  ["$input.json('$.text')", JSON.stringify(`it's "a"/b`)],
  ["$input.path('$.text')", `it's "a"/b`],
  ["$input.path('$.deep.list[0].n') $input.json('$.deep.list')", '1 [{"n":1}]'],
  ["$input.json('$.none')|$input.path('$.none')", '|'],
  ['$input.body', body.toString()],
  ["$util.escapeJavaScript($input.json('$.text'))", String.raw`\"it\'s \\\"a\\\"\/b\"`],
  [`$util.escapeJavaScript($input.json('$.text')).replaceAll("\\\\'","'")`, String.raw`\"it's \\\"a\\\"\/b\"`],
  ['{"method": "$context.httpMethod"}', '{"method": "POST"}'],
  ["$!input.params('Type') ${input.params('Type')}", 'rejected rejected'],
  ['costs 5$, #1, $5 and a # sign', 'costs 5$, #1, $5 and a # sign'],
  ['$nobody', '$nobody'],
])('%s', (template, text) => {
  expect(fill(template)).toBe(text);
});

// Source: serverless-patterns, apigw-rest-stepfunction and step-function-sync-rest-api.
test('what #set has named is placed', () => {
  expect(fill(`#set($data = $util.escapeJavaScript($input.json('$.id')))\n{"input": "$data"}`)).toBe('{"input": "7"}');
  expect(fill(`#set ($parsed = $util.parseJson($input.json('$.output')))\n$parsed`)).toBe('{"sum":5}');
  expect(fill(`#set($root = $input.path('$'))\n$root.output $root.deep.list`)).toBe('{"sum":5} [{"n":1}]');
});

// Source: serverless-patterns, apigw-sfn-crud.
test('texts are joined, and named anew', () => {
  const template = `#set($body= $input.json('$.id'))#set($root='{"data" :'+$body+',"method" :"'+$context.httpMethod+'"}')#set($api=$util.escapeJavaScript($root))#set($api=$api.replaceAll("\\\\'","'")){"input" :"$api"}`;
  expect(fill(template)).toBe(String.raw`{"input" :"{\"data\" :7,\"method\" :\"POST\"}"}`);
});

// Source: serverless-patterns, stepfunctions-sns-apigw-human-review.
test('functions are applied one within the other', () => {
  const template = `{"taskToken": "$util.base64Decode($util.escapeJavaScript($input.params('Token')))"}`;
  expect(fill(template)).toBe('{"taskToken": "token"}');
});

test.each([
  ["#if($input.path('$.id') == 7)seven#{else}other#end", 'seven'],
  ["#if($input.params('Type') == 'open')a#elseif($input.params('Type') == 'rejected')b#else c#end", 'b'],
  ["#if($input.path('$.none') && !$nobody)a#end|", '|'],
  ["#if($input.path('$.id') > 3 && ($input.path('$.id') <= 7 || false))yes#end", 'yes'],
  ["#foreach($one in $input.path('$.deep.list'))$one.n#if($foreach.hasNext),#end#end", '1'],
  ["#set($l = $util.parseJson('[1,2]'))#foreach($n in $l)$velocityCount:$n#if($foreach.hasNext), #end#end", '1:1, 2:2'],
  ["#set($d = $input.path('$.deep'))$d.list.size() $d.list[0].n $d.list.get(0).n", '1 1 1'],
  ['#set($a = 1)#set($b = $a + 2)#set($c = "$b-${a}")$c', '3-1'],
  ["$input.params().path.Type $input.params().header.get('X-One')", 'rejected 1'],
  // What the console of API Gateway writes, "Method Request passthrough".
  [
    '#set($all = $input.params())#foreach($type in $all.keySet())#set($of = $all.get($type))$type:#foreach($name in $of.keySet())$name=$util.escapeJavaScript($of.get($name))#if($foreach.hasNext),#end#end;#end',
    'path:Type=rejected;querystring:;header:Type=text,X-One=1;',
  ],
  ['{"#m": "message"} ## a comment\n#* another *#.', '{"#m": "message"} .'],
  ["#set($t = $input.path('$.text'))$t.replace('it', 'that').substring(0, 4) $t.isEmpty()", 'that false'],
])('%s makes %s', (template, text) => {
  expect(fill(template)).toBe(text);
});

test.each([
  '#if($input.body)a',
  '#foreach($a in $b)$a',
  '#macro(x)a#end',
  '#end',
  '$input.nothing()',
  '$util.qr($x)',
  "$input.body.matches('a')",
  '#set($context.responseOverride.status = 400)',
])('%s is more', (template) => {
  expect(parseBodyTemplate(template)).toBeUndefined();
});

const list = (length: number) => JSON.stringify(Array.from({ length }, () => 1));
const loop = (body: string) => `#foreach($n in $l)${body}#end`;
const looped = (length: number, template: string) => fill(`#set($l = $util.parseJson('${list(length)}'))${template}`);

// Source: API Gateway quotas, "Number of iterations in a #foreach … #end loop in mapping templates": 1000. Velocity's
// Foreach ends there.
test('a loop ends after 1000 turns', () => {
  expect(looped(1001, loop('x'))).toBe('x'.repeat(1000));
});

test('what a template makes of a request has a bound: loops within loops, texts that double', () => {
  expect(() => looped(1000, loop(loop(loop('x'))))).toThrow(
    new TemplateOverrun('the mapping template goes through more than 1000000 pieces'),
  );
  expect(() => looped(1000, `#set($s = 'x')${loop('#set($s = "$s$s")')}`)).toThrow(
    new TemplateOverrun('the mapping template makes a text of more than 10485760 characters'),
  );
});

test('a template that is nested too deep is more', () => {
  const deep = (open: string, close: string) => `#if(${open.repeat(20_000)}true${close.repeat(20_000)})x#end`;
  for (const template of [deep('(', ')'), deep('!', ''), deep('true || ', ''), `$a${'.b'.repeat(50_000)}`]) {
    expect(parseBodyTemplate(template)).toBeUndefined();
  }
});

test('half a character is encoded as a question mark', () => {
  expect(fill(String.raw`$util.urlEncode($util.parseJson('"a\ud800"'))`)).toBe('a%3F');
});

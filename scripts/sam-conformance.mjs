// node scripts/sam-conformance.mjs FOLDER [--list] [--show name] [--json file]: holds our expansion of serverless templates
// against the official translator's own suite. FOLDER is a copy of https://github.com/aws/serverless-application-model
// (nothing of it stands in this repository), or any folder with tests/translator/input/<name>.yaml and
// tests/translator/output/<name>.json, the template that is expected or { "errorMessage": … }.
//
// Compared: every resource with its type, attributes and properties, conditions and outputs. Not told apart: the order
// of lists and keys, a parameter and its default, "5", 5 and 5.0, an action, resource or statement and a list of one,
// the letter case of the variables of Fn::Sub, and the hashes that ids of deployments end with. SAM stops at the first
// fault of a resource, we tell all: a refusal agrees when each of SAM's sentences is among ours ("SAM's sentence and
// more"); with no other it says "the same sentences". Fails when a case differs that is not listed below.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { list: { type: 'boolean' }, show: { type: 'string' }, json: { type: 'string' } },
});
const [folder] = positionals;
if (folder === undefined) {
  console.error('node scripts/sam-conformance.mjs FOLDER: a copy of aws/serverless-application-model is expected.');
  process.exit(2);
}

/** Beside the reader of templates, so that the packages it needs are found in its versions. */
const COMPILED = 'packages/local/.sam-conformance.mjs';
await build({
  stdin: {
    contents: `
      export { parseTemplateText } from './packages/local/src/services/cloudformation/blueprint/parse.ts';
      export { transformServerless } from './packages/protocol/src/template/sam/transform.ts';`,
    resolveDir: '.',
  },
  outfile: COMPILED,
  bundle: true,
  packages: 'external',
  conditions: ['@earwitness/source'],
  alias: { '@earwitness/protocol/internal': './packages/protocol/src' },
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
});
const { parseTemplateText, transformServerless } = await import(pathToFileURL(COMPILED).href);
rmSync(COMPILED);

/** Cases that differ on purpose, by reason (packages/protocol/src/template/sam/README.md); none of them may agree. */
const ON_PURPOSE = {
  'a location is a path on this machine': [
    'error_function_no_codeuri',
    'error_function_no_imageuri',
    'error_state_machine_invalid_s3_string',
  ],
  'only AWS has the Serverless Application Repository': [
    'application_preparing_state',
    'application_with_intrinsics',
    'basic_application',
    'error_application_does_not_exist',
    'error_application_no_access',
    'error_application_preparing_timeout',
  ],
  'a managed policy that AWS does not have is taken for one by its name': [
    'managed_policies_everything',
    'managed_policies_minimal',
  ],
  'records of several WebSocket APIs in one zone all stay': [
    'websocket_api_domain_globals',
    'websocket_api_with_custom_domain_route53_multiple',
  ],
  'CloudFormation or API Gateway would refuse what SAM makes': [
    'api_with_any_method_in_swagger',
    'function_with_event_dest_conditional',
    'state_machine_with_api_resource_policy',
  ],
  'a resource of the template with the id of the implicit API': ['implicit_api_with_serverless_rest_api_resource'],
  'the sentence tells of Python': ['error_function_invalid_event_type', 'error_invalid_logical_id'],
  'the suite sets an option of the translator': ['translate_convert_metadata'],
};
const REASONS = new Map(Object.entries(ON_PURPOSE).flatMap(([reason, names]) => names.map((name) => [name, reason])));
const AGREEING = ['equal', 'the same sentences', "SAM's sentence and more"];

/** What the suite deploys with. */
const GIVEN = { param1: 'value1', param2: 'value2', 'AWS::Region': 'ap-southeast-1', 'AWS::Partition': 'aws' };
const inputs = join(folder, 'tests/translator/input');
const outputs = join(folder, 'tests/translator/output');

const results = [];
for (const file of readdirSync(inputs).sort()) {
  const name = file.replace(/\.(yaml|yml|json)$/, '');
  if (options.show !== undefined && options.show !== name) continue;
  const expected = readExpected(name);
  if (!expected) continue;
  const result = await compare(readFileSync(join(inputs, file), 'utf8'), expected);
  const reason = REASONS.get(name);
  const isListed = reason !== undefined && !AGREEING.includes(result.verdict);
  results.push({ name, ...result, ...(isListed && { verdict: 'on purpose', reason }) });
}
report();

function readExpected(name) {
  try {
    return JSON.parse(readFileSync(join(outputs, `${name}.json`), 'utf8'));
  } catch {
    return undefined;
  }
}

async function compare(text, expected) {
  const theirs = expected.errorMessage;
  let made;
  let defaults = {};
  try {
    const { root, source } = await parseTemplateText(text);
    defaults = defaultsOf(root);
    const parameters = { ...GIVEN, ...defaults };
    const sha1 = (one) => createHash('sha1').update(one).digest('hex');
    made = transformServerless(root, { source, parameters, sha1 });
  } catch (error) {
    if (error.name !== 'ServiceError' && error.code === undefined) return { verdict: 'crash', detail: error.stack };
    if (theirs === undefined) return { verdict: 'refused', detail: error.message };
    return { ...compareSentences(error.message, theirs), theirs };
  }
  if (theirs !== undefined) return { verdict: 'taken, SAM refuses', theirs };
  const differences = [];
  const [ours, official] = [made, expected].map((template) => normalTemplate(template, defaults));
  for (const section of ['Conditions', 'Resources', 'Outputs'])
    differ(ours[section], official[section], section, differences);
  return differences.length === 0 ? { verdict: 'equal' } : { verdict: 'different', differences };
}

function compareSentences(ours, theirs) {
  const bare = (text) => text.replace(/ \(line \d+\)/g, '').replace(/^.*Number of errors found: \d+\. /, '');
  const sentences = (text) =>
    bare(text)
      .split(
        /\s(?=(?:Transforming r|R)esource with id \[)|\s(?<!Resource with id \[[^\]]*\] is invalid\.\s)(?=Event with id \[|Structure of the SAM)/,
      )
      .map((one) => one.replace(/[.;]*$/, ''));
  const [own, official] = [sentences(ours), sentences(theirs)];
  const without = (some, others) => some.filter((one) => !others.includes(one));
  const differences = [
    ...without(official, own).map((one) => `SAM  ${one}`),
    ...without(own, official).map((one) => `ours ${one}`),
  ];
  if (without(official, own).length > 0) return { verdict: 'both refuse, other words', differences };
  return { verdict: differences.length === 0 ? 'the same sentences' : "SAM's sentence and more", differences };
}

function defaultsOf(root) {
  const found = {};
  for (const [name, declared] of Object.entries(root.Parameters ?? {})) {
    if (Array.isArray(declared?.Default)) found[name] = declared.Default;
    else if (['string', 'number', 'boolean'].includes(typeof declared?.Default)) found[name] = String(declared.Default);
  }
  return found;
}

function normalTemplate(template, defaults) {
  const text = JSON.stringify(template)
    .replace(/(Deployment)[0-9a-f]{10}\b/g, '$1HASH')
    .replace(/([dD]eployment id: )[0-9a-f]+/g, '$1HASH');
  const { Conditions = {}, Resources = {}, Outputs = {} } = JSON.parse(text);
  return normal({ Conditions, Resources, Outputs }, { ...GIVEN, ...defaults });
}

function normal(value, names) {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'string' && /^\d+\.0+$/.test(value)) return String(Number(value));
  if (Array.isArray(value)) {
    return value.map((item) => normal(item, names)).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }
  if (typeof value !== 'object' || value === null) return value;
  const [[key, argument] = [], ...more] = Object.entries(value);
  if (more.length === 0) {
    if (key === 'Ref' && Object.hasOwn(names, argument)) return names[argument];
    if (key === 'Fn::Sub') return substituted(argument, names);
  }
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => {
        const list = ['Action', 'Resource', 'Statement', 'DependsOn'].includes(name) && !Array.isArray(member);
        return [name, normal(list ? [member] : member, names)];
      }),
  );
}

function substituted(argument, names) {
  // The suite has some lists of Fn::Sub in another order.
  const list = Array.isArray(argument) ? argument : [argument];
  const text = list.find((one) => typeof one === 'string');
  const variables = list.find((one) => typeof one === 'object') ?? {};
  const lower = Object.fromEntries(Object.keys(variables).map((name) => [name, name.toLowerCase()]));
  const shown = String(text).replace(/\$\{([^}]+)\}/g, (whole, name) => {
    if (Object.hasOwn(variables, name)) return `\${${lower[name]}}`;
    return Object.hasOwn(names, name) ? names[name] : whole;
  });
  if (!shown.includes('${')) return shown;
  const own = Object.fromEntries(
    Object.entries(variables).map(([name, member]) => [lower[name], normal(member, names)]),
  );
  return { 'Fn::Sub': Object.keys(own).length === 0 ? shown : [shown, own] };
}

function differ(ours, theirs, path, differences) {
  const isObject = (value) => typeof value === 'object' && value !== null;
  if (JSON.stringify(ours) === JSON.stringify(theirs)) return;
  if (isObject(ours) && isObject(theirs) && Array.isArray(ours) === Array.isArray(theirs)) {
    for (const key of new Set([...Object.keys(ours), ...Object.keys(theirs)]))
      differ(ours[key], theirs[key], `${path}/${key}`, differences);
    return;
  }
  const shown = (value) =>
    value === undefined ? 'nothing' : JSON.stringify(value).slice(0, options.show ? 2000 : 160);
  differences.push(`${path}: ours ${shown(ours)}, theirs ${shown(theirs)}`);
}

function report() {
  const counts = {};
  for (const { verdict } of results) counts[verdict] = (counts[verdict] ?? 0) + 1;
  if (options.list || options.show) {
    for (const { name, verdict, reason, detail, theirs, differences = [] } of results) {
      console.log(`${verdict}\t${name}${reason === undefined ? '' : `: ${reason}`}`);
      if (verdict === 'equal') continue;
      if (detail) console.log(`  ours   ${detail}`);
      if (theirs) console.log(`  theirs ${theirs}`);
      for (const difference of differences.slice(0, options.show ? 200 : 6)) console.log(`  ${difference}`);
    }
  }
  if (options.json) writeFileSync(options.json, JSON.stringify(results, null, 1));
  const agreeing = results.filter(({ verdict }) => AGREEING.includes(verdict));
  const left = results.length - (counts['on purpose'] ?? 0);
  console.log(
    `${results.length} templates: ${Object.entries(counts)
      .map(([verdict, count]) => `${count} ${verdict}`)
      .join(', ')}; ${agreeing.length} of ${left} agree (${((100 * agreeing.length) / left).toFixed(1)} %)`,
  );
  const stale = agreeing.filter(({ name }) => REASONS.has(name));
  if (stale.length > 0) console.error(`On purpose, and yet they agree: ${stale.map(({ name }) => name).join(', ')}`);
  if (agreeing.length < left || stale.length > 0) process.exitCode = 1;
}

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: substitutions have that form
// What `earwitness check` says of definitions. The service's own sentences are in states-language/definition; lines,
// files and what was meant are ours.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAssessor } from '../../../assessment/assessor.ts';

const assessor = createAssessor();
let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'definitions-'));
});
afterAll(async () => {
  await assessor[Symbol.asyncDispose]();
  await rm(directory, { recursive: true });
});

/** What is said of a SAM state machine with these properties, written below line 6. */
async function said(properties: string, file?: readonly [name: string, text: string]) {
  if (file) await writeFile(join(directory, file[0]), file[1]);
  const template = `Transform: AWS::Serverless-2016-10-31
Resources:
  Flow:
    Type: AWS::Serverless::StateMachine
    Properties:
      Role: arn:aws:iam::000000000000:role/r
${properties}
`;
  const { wrong, doubtful, standsIn } = await assessor.assess({ name: 'app', template, directory });
  const told = (found: typeof wrong) =>
    found.map(({ line, message, mend }) => `${line}: ${message}${mend === undefined ? '' : ` → ${mend}`}`);
  return { wrong: told(wrong), doubtful: told(doubtful), standsIn };
}
const URI = '      DefinitionUri: flow.asl.json';

test('a file that is no JSON is told with line and column', async () => {
  const text = '{\n  "StartAt": "A",\n  "States": { "A": { "Type": "Pass" "End": true } }\n}';
  expect((await said(URI, ['flow.asl.json', text])).wrong).toEqual([
    `7: flow.asl.json:3:37: INVALID_JSON_DESCRIPTION: Unexpected character ('"' (code 34)): was expecting comma to separate Object entries`,
  ]);
});

test('a file that is no YAML is told with its line', async () => {
  const text = 'StartAt: A\nStates:\n  A: { Type: [Pass, End: true }\n';
  expect((await said('      DefinitionUri: flow.asl.yaml', ['flow.asl.yaml', text])).wrong).toEqual([
    '7: flow.asl.yaml:3: The definition is no YAML: missed comma between flow collection entries',
  ]);
});

test('what is wrong in YAML is told with its line there, and with what was meant', async () => {
  const text = 'StartAt: Reserve\nStates:\n  Reserve:\n    Type: Pass\n    Next: Chrge\n  Charge:\n    Type: Succeed\n';
  expect((await said('      DefinitionUri: flow.asl.yaml', ['flow.asl.yaml', text])).wrong).toEqual([
    "7: flow.asl.yaml:5: MISSING_TRANSITION_TARGET: Missing 'Next' target: Chrge at /States/Reserve/Next → did you mean Charge?",
  ]);
});

test('a member of a Definition is told with its line in the template', async () => {
  const properties = `      Definition:
        StartAt: A
        States:
          A: { Type: Choice, Choices: [{ Variable: $.a, IsPresent: true, Next: B }] }
          B:
            Type: Pas
            End: true`;
  expect((await said(properties)).wrong).toEqual([
    "12: SCHEMA_VALIDATION_FAILED: The field 'Type' should have one of these values: [Task, Wait, Pass, Succeed, Fail, Choice, Parallel, Map] at /States/B/Type → did you mean Pass?",
  ]);
});

test('what follows from a state that is missing is not told', async () => {
  const properties = `      Definition:
        StartAt: Rserve
        States:
          Reserve: { Type: Pass, Next: Charge }
          Charge: { Type: Pass, End: true }`;
  expect((await said(properties)).wrong).toEqual([
    "8: MISSING_TRANSITION_TARGET: Missing 'Next' target: Rserve at /StartAt → did you mean Reserve?",
  ]);
});

test('what follows from a field that is misspelt is not told', async () => {
  const properties = `      Definition:
        StartAt: A
        States:
          A: { Type: Pass, Nxt: B }
          B: { Type: Wait, Second: 3, End: true }`;
  expect((await said(properties)).wrong).toEqual([
    "10: SCHEMA_VALIDATION_FAILED: Field 'Nxt' is not supported at /States/A → did you mean Next?",
    "11: SCHEMA_VALIDATION_FAILED: Field 'Second' is not supported at /States/B → did you mean Seconds?",
  ]);
});

test('a file that is not there is told with one whose name is like it', async () => {
  await writeFile(join(directory, 'there.asl.json'), '{}');
  expect((await said('      DefinitionUri: ther.asl.json')).wrong).toEqual([
    `7: The file ${join(directory, 'ther.asl.json')} cannot be read. → did you mean there.asl.json?`,
  ]);
});

test('a name that has no substitution is wrong as a Resource, and doubtful elsewhere', async () => {
  const properties = `${URI}
      DefinitionSubstitutions: { Reserv: 'arn:aws:lambda:us-east-1:000000000000:function:reserve' }`;
  const text = `{ "StartAt": "A", "States": {
  "A": { "Type": "Task", "Resource": "\${Reserve}", "Next": "B" },
  "B": { "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
    "Parameters": { "FunctionName": "\${Charge}" }, "End": true } } }`;
  const { wrong, doubtful } = await said(properties, ['flow.asl.json', text]);
  expect(wrong).toEqual([
    '7: flow.asl.json:2: SCHEMA_VALIDATION_FAILED: Value is not a valid resource ARN at /States/A/Resource → DefinitionSubstitutions has Reserv: one of the two is misspelt',
  ]);
  expect(doubtful).toEqual([
    '7: flow.asl.json:4: ${Charge} stays as it is: DefinitionSubstitutions has no entry Charge → give DefinitionSubstitutions an entry Charge',
  ]);
});

// The code is the service's: ValidateStateMachineDefinition with the severity WARNING.
test('what looks like a path and is text is doubtful', async () => {
  const properties = `      Definition:
        StartAt: A
        States:
          A:
            Type: Pass
            Parameters:
              id: $.detail.id
            End: true`;
  expect(await said(properties)).toMatchObject({
    wrong: [],
    doubtful: [
      "13: NO_DOLLAR: The value of 'id' looks like a path or a call, but is text: the name does not end with '.$' at /States/A/Parameters/id",
    ],
  });
});

test('a task of a service that is not served stands in', async () => {
  const properties = `      Definition:
        StartAt: Map
        States:
          Map:
            Type: Map
            ItemProcessor:
              StartAt: Crawl
              States:
                Crawl: { Type: Task, Resource: 'arn:aws:states:::glue:startJobRun.sync', End: true }
            End: true`;
  const { standsIn, wrong } = await said(properties);
  expect(wrong).toEqual([]);
  expect(standsIn).toEqual([
    {
      resource: 'Flow',
      type: 'AWS::StepFunctions::StateMachine',
      property: 'States.Map.ItemProcessor.States.Crawl',
      line: 15,
      why: 'tasks cannot call glue:startJobRun.sync here',
      means: 'such a task fails, unless its result is mocked or its call has a scripted answer',
    },
  ]);
});

// Met in aws-samples/serverless-samples, streaming-serverless-fraud-detection: a Map of the old form.
test('in a Map that says Iterator it is told by the name that is written there', async () => {
  const properties = `      Definition:
        StartAt: Map
        States:
          Map:
            Type: Map
            Iterator:
              StartAt: Crawl
              States:
                Crawl: { Type: Task, Resource: 'arn:aws:states:::glue:startJobRun.sync', End: true }
            End: true`;
  const { standsIn } = await said(properties);
  expect(standsIn).toMatchObject([
    { property: 'States.Map.Iterator.States.Crawl', line: 15, why: 'tasks cannot call glue:startJobRun.sync here' },
  ]);
});

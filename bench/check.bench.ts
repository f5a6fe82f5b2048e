// `earwitness check` of a template with 500 resources, beside a bare node process: from start to exit. And the deployment
// of that template in a local cloud of this process: elapsed time, and the processor time that the cloud takes.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLocal } from '@earwitness/local';
import { cli, percentile, printTable, summary } from './measure.ts';

const ROUNDS = 15;
const folder = mkdtempSync(join(tmpdir(), 'earwitness-check-'));
writeFileSync(join(folder, 'large.yaml'), largeTemplate());

/** 100 times a function with its role, a rule with two targets, a queue and a table that stands in. */
function largeTemplate(): string {
  const sets = Array.from(
    { length: 100 },
    (_, index) => `
  Role${index}:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{ Effect: Allow, Principal: { Service: lambda.amazonaws.com }, Action: sts:AssumeRole }]
      Policies:
        - PolicyName: own
          PolicyDocument:
            Statement:
              - { Effect: Allow, Action: 'sqs:SendMessage', Resource: !GetAtt Queue${index}.Arn }
              - { Effect: Allow, Action: 'dynamodb:*', Resource: !Sub '\${Table${index}.Arn}/*' }
  Function${index}:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: ${index % 4 === 0 ? 'python3.12' : 'nodejs22.x'}
      Handler: index.handler
      Role: !GetAtt Role${index}.Arn
      Code: { ZipFile: 'exports.handler = async (event) => event;' }
      Environment: { Variables: { TABLE: !Ref Table${index}, STAGE: !Ref Stage } }
  Rule${index}:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: { source: [orders], detail-type: [Type${index}] }
      Targets:
        - { Id: queue, Arn: !GetAtt Queue${index}.Arn }
        - { Id: function, Arn: !GetAtt Function${index}.Arn }
  Queue${index}:
    Type: AWS::SQS::Queue
    Properties: { VisibilityTimeout: 30, MessageRetentionPeriod: 1209600 }
  Table${index}:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]
      KeySchema: [{ AttributeName: id, KeyType: HASH }]
`,
  );
  return `Parameters: { Stage: { Type: String, Default: dev } }\nResources:${sets.join('')}`;
}

/** Runs a node process to its end; returns the milliseconds. */
async function run(args: readonly string[]): Promise<number> {
  const started = performance.now();
  const child = spawn(process.execPath, args, { cwd: folder, stdio: 'ignore' });
  await new Promise((resolve) => child.once('exit', resolve));
  return performance.now() - started;
}

const bare: number[] = [];
const help: number[] = [];
const small: number[] = [];
const large: number[] = [];
writeFileSync(join(folder, 'small.yaml'), 'Resources: { Queue: { Type: AWS::SQS::Queue } }\n');
await run([cli, 'check', 'small.yaml']);
for (let round = 0; round < ROUNDS; round++) {
  bare.push(await run(['-e', '1']));
  help.push(await run([cli, '--help']));
  small.push(await run([cli, 'check', 'small.yaml']));
  large.push(await run([cli, 'check', 'large.yaml']));
}
rmSync(folder, { recursive: true });

const DEPLOYMENTS = 5;
const elapsed: number[] = [];
const own: number[] = [];
// The first cloud of a process also loads what all later ones have.
for (let round = 0; round <= DEPLOYMENTS; round++) {
  const local = await startLocal();
  const started = performance.now();
  const before = process.cpuUsage();
  await local.deploy({ name: 'large', template: largeTemplate() });
  const { user, system } = process.cpuUsage(before);
  if (round > 0) {
    elapsed.push(performance.now() - started);
    own.push((user + system) / 1000);
  }
  await local.close();
}

const above = (times: readonly number[]) => (percentile(times, 0.5) - percentile(bare, 0.5)).toFixed(0);
printTable(
  ['what', 'median (p10–p90), ms', 'above the bare process, ms', 'aim'],
  [
    ['bare node process', summary(bare), '', ''],
    ['earwitness --help', summary(help), above(help), ''],
    ['earwitness check, 1 resource', summary(small), above(small), ''],
    ['earwitness check, 500 resources', summary(large), above(large), '≤ 300'],
  ],
);
console.log();
printTable(
  ['deployment of 500 resources', 'median (p10–p90), ms', 'aim'],
  [
    ['elapsed', summary(elapsed, 0), ''],
    ['processor time of the cloud', summary(own, 0), '≤ 2000'],
  ],
);

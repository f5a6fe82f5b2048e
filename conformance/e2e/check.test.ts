// `earwitness check`: one page about templates, and its commands make the next deployment green.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { earwitness } from './run.ts';

let cwd: string;

const SHOP = `Parameters:
  Stage: { Type: String, AllowedValues: [dev, prod] }
  Image: { Type: 'AWS::SSM::Parameter::Value<String>', Default: /aws/reference/image }
Resources:
  Stream: { Type: AWS::KinesisFirehose::DeliveryStream }
  Queue:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: !Join ['-', [!Ref Stage, !Ref 'AWS::StackName']]
Outputs:
  QueueUrl: { Value: !Ref Queue }
`;

beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'earwitness-check-'));
  mkdirSync(join(cwd, 'shop'));
  writeFileSync(join(cwd, 'shop', 'template.yaml'), SHOP);
  writeFileSync(
    join(cwd, 'other.yaml'),
    `Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: !ImportValue name
      Tags:
        - { Key: key, Value: '{{resolve:secretsmanager:db:SecretString:key}}' }
        - { Key: user, Value: '{{resolve:ssm:/db/user:2}}' }
`,
  );
  writeFileSync(
    join(cwd, 'wrong.yaml'),
    'Resources:\n  Queue:\n    Type: AWS::SQS::Queue\n    Properties: { QueName: a }\n',
  );
});

afterAll(() => rmSync(cwd, { recursive: true }));

test('after the flags of the page the templates deploy', async () => {
  const first = await earwitness(['check', 'shop/template.yaml', 'other.yaml'], { cwd });
  expect({ code: first.code, stdout: first.stdout, stderr: first.stderr }).toEqual({
    code: 1,
    stdout: `shop

  Served: 1
    1 × AWS::SQS::Queue

  Stands in: 1
    no service here makes it: it is made with an id and attributes, and records
      what it receives
      1 × AWS::KinesisFirehose::DeliveryStream: Stream

  To be given: 2
    parameter Stage (line 2)
      → --parameter shop.Stage=dev
    stored parameter /aws/reference/image
      → --ssm /Image=value --parameter shop.Image=/Image
    or as variables, in the environment or in .env: STAGE

other

  Served: 1
    1 × AWS::SQS::Queue

  To be given: 3
    export name (line 5)
      → --export name=value
    secret db
      → --secret 'db={"key":"value"}'
    stored parameter /db/user:2
      → --ssm /db/user:2=value

✗ does not deploy: 0 wrong, 5 to be given, 1 standing in
`,
    stderr: '',
  });
  const flags = [
    ...['--parameter', 'shop.Stage=dev', '--ssm', '/Image=value', '--parameter', 'shop.Image=/Image'],
    ...['--export', 'name=value', '--ssm', '/db/user:2=value', '--secret', 'db={"key":"value"}'],
  ];
  const second = await earwitness(['check', 'shop/template.yaml', 'other.yaml', ...flags], { cwd });
  expect([second.code, second.stdout.split('\n').at(-2)]).toEqual([0, '✓ deploys, 1 standing in']);
  const stacks = ['--template', 'shop=shop/template.yaml', '--template', 'other=other.yaml'];
  const print = ['--', process.execPath, '-p', 'process.env.QUEUE_URL.split("/").at(-1)'];
  const deployed = await earwitness(['exec', ...stacks, ...flags, ...print], { cwd });
  expect([deployed.code, deployed.stdout]).toEqual([0, 'dev-shop\n']);
  const strict = await earwitness(['check', 'shop/template.yaml', '--strict', ...flags.slice(0, 6)], { cwd });
  expect([strict.code, strict.stdout.split('\n').at(-2)]).toEqual([1, '✗ does not deploy: 1 wrong, 0 to be given']);
});

test('a deployment says the same page, of several stacks at once', async () => {
  const stacks = ['--template', 'wrong=wrong.yaml', '--template', 'other=other.yaml'];
  const { code, stderr } = await earwitness(['exec', ...stacks, '--', 'true'], { cwd });
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: `earwitness: Stack wrong, other could not be deployed.

wrong

  Wrong: 1
    line 4: Encountered unsupported property QueName of resource Queue
      (AWS::SQS::Queue)
      → did you mean QueueName?

other

  To be given: 3
    export name (line 5)
      → --export name=value
    secret db
      → --secret 'db={"key":"value"}'
    stored parameter /db/user:2
      → --ssm /db/user:2=value
`,
  });
});

test('--json prints one document; without templates the stacks of the configuration are checked', async () => {
  const config = "export default { stacks: { wrong: { template: 'wrong.yaml' } } };\n";
  writeFileSync(join(cwd, 'earwitness.config.mjs'), config);
  const { code, stdout } = await earwitness(['check', '--json'], { cwd });
  rmSync(join(cwd, 'earwitness.config.mjs'));
  expect([code, JSON.parse(stdout)]).toEqual([
    1,
    {
      version: 1,
      deploys: false,
      stacks: [
        {
          name: 'wrong',
          deploys: false,
          served: { 'AWS::SQS::Queue': 1 },
          standsIn: [],
          doubtful: [],
          wrong: [
            {
              message: 'Encountered unsupported property QueName of resource Queue (AWS::SQS::Queue)',
              line: 4,
              mend: 'did you mean QueueName?',
            },
          ],
          toGive: [],
        },
      ],
    },
  ]);
});

test('with nothing to check, and with flags that do not parse, the exit code is 2', async () => {
  const nothing = await earwitness(['check'], { cwd });
  const flag = await earwitness(['check', 'wrong.yaml', '--ssm', 'name'], { cwd });
  const file = await earwitness(['check', 'gone.yaml'], { cwd });
  expect([nothing.code, flag.code, file.code]).toEqual([2, 2, 2]);
  expect(flag.stderr).toBe("earwitness: --ssm takes name=value, not 'name'.\n");
});

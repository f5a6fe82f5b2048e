// A value for a parameter that nobody has given: it stands for the parameter while the rest of the template is looked
// at, and in the command that gives it. So what was said of the template still holds when the command was run as it is.
import { isList, scalarText, type ValueMap } from './value.ts';

/** Values of AWS's own parameter types that look like the thing. */
const OF_TYPE: Readonly<Record<string, string>> = {
  'AWS::EC2::AvailabilityZone::Name': 'us-east-1a',
  'AWS::EC2::Image::Id': 'ami-0123456789abcdef0',
  'AWS::EC2::Instance::Id': 'i-0123456789abcdef0',
  'AWS::EC2::KeyPair::KeyName': 'key',
  'AWS::EC2::SecurityGroup::GroupName': 'group',
  'AWS::EC2::SecurityGroup::Id': 'sg-0123456789abcdef0',
  'AWS::EC2::Subnet::Id': 'subnet-0123456789abcdef0',
  'AWS::EC2::Volume::Id': 'vol-0123456789abcdef0',
  'AWS::EC2::VPC::Id': 'vpc-0123456789abcdef0',
  'AWS::Route53::HostedZone::Id': 'Z0123456789ABCDEFGHIJ',
};

/** Texts that templates often ask for, tried against AllowedPattern and the like. */
const USUAL = [
  ...['value', 'Value', 'VALUE', 'valueValue1!', 'a', '1', '10', '100', '2026-01-01', 'true', 'example.com'],
  ...['user@example.com', 'https://example.com', 'https://example.com/', 's3://example', '/value', '10.0.0.0/16'],
  ...['us-east-1', '000000000000', 'arn:aws:iam::000000000000:role/value', 'arn:aws:sns:us-east-1:000000000000:value'],
  ...['rate(1 hour)', 'cron(0 12 * * ? *)', '+15555550100', 'vpc-0123456789abcdef0', 'subnet-0123456789abcdef0'],
  ...['00000000-0000-0000-0000-000000000000', 'o-0123456789', 'r-0123', 'ou-0123-01234567', 'ValueValue1'],
];

/** Of what a name that ends in Arn speaks, and the ARN of such a thing. */
const ARNS: readonly (readonly [kind: RegExp, arn: string])[] = [
  [/bus/i, 'arn:aws:events:us-east-1:000000000000:event-bus/other'],
  [/topic/i, 'arn:aws:sns:us-east-1:000000000000:value'],
  [/queue|dlq/i, 'arn:aws:sqs:us-east-1:000000000000:value'],
  [/function|lambda/i, 'arn:aws:lambda:us-east-1:000000000000:function:value'],
  [/key|kms/i, 'arn:aws:kms:us-east-1:000000000000:key/00000000-0000-0000-0000-000000000000'],
  [/bucket/i, 'arn:aws:s3:::value'],
  [/table/i, 'arn:aws:dynamodb:us-east-1:000000000000:table/value'],
  [/stream/i, 'arn:aws:kinesis:us-east-1:000000000000:stream/value'],
  [/role|/i, 'arn:aws:iam::000000000000:role/value'],
];

/** A value of the form that a name speaks of: `QueueArn`, `platform-queue-arn`, `HookUrl`; else `value`. */
export function placeholderNamed(name: string): string {
  if (/arn$/i.test(name)) return ARNS.find(([kind]) => kind.test(name))?.[1] ?? 'value';
  return /(url|uri)$/i.test(name) ? 'https://example.com' : 'value';
}

/**
 * The first allowed value, or a plain text or number of the type that the parameter's constraints let through; where
 * none is found, `value`, and it is for the reader to choose.
 */
export function placeholderOf(parameter: {
  readonly key: string;
  readonly declared: ValueMap;
  readonly type: string;
  /** Whether the parameter's constraints let a value through. */
  isFit(text: string): boolean;
}): string {
  const { key, declared, type, isFit } = parameter;
  const item = /^(?:List|AWS::SSM::Parameter::Value)<(.+)>$/.exec(type)?.[1] ?? type;
  const allowed = declared['AllowedValues'];
  const least = Number(scalarText(declared['MinLength']) ?? 0);
  const candidates = [
    ...(isList(allowed) ? allowed.map((value) => scalarText(value) ?? '') : []),
    ...(type.startsWith('AWS::SSM::Parameter::Value<') ? [`/${key}`] : []),
    ...(OF_TYPE[item] === undefined ? [] : [OF_TYPE[item]]),
    ...(item === 'Number' ? [scalarText(declared['MinValue']) ?? '1', scalarText(declared['MaxValue']) ?? '1'] : []),
    placeholderNamed(key),
    ...USUAL,
    ...(least > 0 && least <= 4096 ? ['v'.repeat(least)] : []),
  ];
  return candidates.find(isFit) ?? 'value';
}

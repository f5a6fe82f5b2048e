// The role that SAM makes for a function or state machine without one: who may assume it, and its policies from managed
// names, policy templates, statements, tracing, dead letters, event sources and destinations.
import { asIntrinsic, isList, isMap, isNoValue, plainText, type Value, type ValueMap } from '../value.ts';
import { type Assembly, addResource, pick, report, type Serverless } from './assembly.ts';
import { MANAGED_POLICY_PATHS } from './policy-table.ts';
import { isPolicyTemplate, policyDocument, policyParameters } from './policy-template.ts';
import { pythonText } from './python-text.ts';

/** What other parts of a function ask of its role. */
export interface RoleNeeds {
  readonly managed: string[];
  readonly inline: ValueMap[];
}

/** SAM writes it with this path, and does not have it in its own list. */
const DURABLE = 'AWSLambdaBasicDurableExecutionRolePolicy';

let paths: ReadonlyMap<string, string> | undefined;

/** The ARN of an AWS managed policy by its name; texts that are no such name stay as they are. */
export function managedPolicyArn(name: string, assembly: Assembly): string {
  if (!/^[A-Za-z0-9+=.@_-]+$/.test(name)) return name;
  paths ??= new Map([
    [DURABLE, 'service-role/'],
    ...MANAGED_POLICY_PATHS.trim()
      .split('\n')
      .flatMap((line) => {
        const [path = '', ...names] = line.split(' ');
        return names.map((one) => [one, path] as const);
      }),
  ]);
  return `arn:${partitionOf(assembly)}:iam::aws:policy/${paths.get(name) ?? ''}${name}`;
}

/** `aws`, or another partition that the template is deployed to. */
export function partitionOf({ parameters }: Assembly): string {
  return plainText(parameters['AWS::Partition'] ?? 'aws');
}

/** A role of IAM that a service assumes. */
export function roleFor(service: string, members: ValueMap, trust?: Value): ValueMap {
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: trust ?? {
        Version: '2012-10-17',
        Statement: [{ Action: ['sts:AssumeRole'], Effect: 'Allow', Principal: { Service: [service] } }],
      },
      ...members,
    },
  };
}

export interface RoleKind {
  /** Who assumes it. */
  readonly service: string;
  /** AWS managed policies that it has beside those of the template. */
  readonly managed: readonly string[];
  readonly needs: RoleNeeds;
  readonly tags: Value;
}

/** Adds `<Function>Role` or `<StateMachine>Role`. */
export function addRole(assembly: Assembly, serverless: Serverless, kind: RoleKind): void {
  const { properties, logicalId } = serverless;
  const { needs } = kind;
  const managed: Value[] = kind.managed.map((name) => managedPolicyArn(name, assembly));
  const inline: Value[] = [];
  policiesOf(properties).forEach((policy, index) => {
    const read = readPolicy(policy, { assembly, serverless, index });
    if (read?.managed !== undefined) managed.push(read.managed);
    if (read?.inline !== undefined) inline.push(read.inline);
  });
  managed.push(...needs.managed.map((name) => managedPolicyArn(name, assembly)));
  inline.push(...needs.inline);
  const members = {
    ManagedPolicyArns: managed.filter((arn, index) => managed.indexOf(arn) === index),
    ...(inline.length > 0 && { Policies: inline }),
    ...(properties['RolePath'] !== undefined && { Path: properties['RolePath'] }),
    ...pick(properties, ['PermissionsBoundary']),
    Tags: kind.tags,
  };
  const role = roleFor(kind.service, members, properties['AssumeRolePolicyDocument']);
  addResource(assembly, `${logicalId}Role`, role, serverless);
}

function policiesOf({ Policies: policies }: ValueMap): readonly Value[] {
  if (policies === undefined) return [];
  return (isList(policies) ? policies : [policies]).filter((one) => typeof one === 'string' || isMap(one));
}

interface PolicyRead {
  readonly managed?: Value;
  readonly inline?: ValueMap;
}

function readPolicy(
  policy: Value,
  at: { readonly assembly: Assembly; readonly serverless: Serverless; readonly index: number },
): PolicyRead | undefined {
  const { assembly, serverless, index } = at;
  const name = `${serverless.logicalId}RolePolicy${index}`;
  const refuse = (message: string) => {
    report(assembly, serverless, { message, at: policy });
    return undefined;
  };
  if (typeof policy === 'string') return { managed: managedPolicyArn(policy, assembly) };
  const intrinsic = asIntrinsic(policy);
  if (intrinsic?.name === 'Fn::If' && isList(intrinsic.argument)) return readChoice(intrinsic.argument, at);
  if (intrinsic) return { managed: policy };
  if (isMap(policy) && policy['Statement'] !== undefined)
    return { inline: { PolicyName: name, PolicyDocument: policy } };
  const [template, ...more] = isMap(policy) ? Object.keys(policy) : [];
  if (template === undefined || more.length > 0 || !isPolicyTemplate(template)) {
    return refuse(`Policy at index ${index} in the 'Policies' property is not valid`);
  }
  const values = isMap(policy) ? policy[template] : undefined;
  if (!isMap(values)) return refuse(`Must specify valid parameter values for policy template '${template}'`);
  const missing = policyParameters(template).filter((parameter) => !Object.hasOwn(values, parameter));
  if (missing.length > 0) {
    const what = `Following required parameters of template '${template}' don't have values:`;
    return refuse(`${what} ${pythonText(missing)}`);
  }
  return { inline: { PolicyName: name, PolicyDocument: policyDocument(template, values) } };
}

// Fn::If over policies: each branch is read by itself.
function readChoice(argument: readonly Value[], at: Parameters<typeof readPolicy>[1]): PolicyRead | undefined {
  const [condition = '', yes = '', no = ''] = argument;
  const branches = [yes, no].map((branch) => (isNoValue(branch) ? undefined : readPolicy(branch, at)));
  const choose = (values: readonly (Value | undefined)[]): ValueMap => ({
    'Fn::If': [condition, ...values.map((value) => value ?? { Ref: 'AWS::NoValue' })],
  });
  return {
    ...(branches.some((branch) => branch?.managed !== undefined) && {
      managed: choose(branches.map((branch) => branch?.managed)),
    }),
    ...(branches.some((branch) => branch?.inline !== undefined) && {
      inline: choose(branches.map((branch) => branch?.inline)),
    }),
  };
}

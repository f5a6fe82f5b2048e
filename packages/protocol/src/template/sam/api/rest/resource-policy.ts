// `Auth.ResourcePolicy` of a REST API and of its events: which accounts, addresses and networks may call it. Becomes
// the policy inside the API's definition.
import { isList, isMap, sameValue, type Value, type ValueMap } from '../../../value.ts';
import { ANY_METHOD, mapChoices } from '../operation.ts';

/** The statements for one path, after those that are there. */
export function policyStatements(
  before: readonly Value[],
  policy: ValueMap,
  { path, item, stage }: { readonly path: string; readonly item: Value; readonly stage: Value },
): Value[] {
  const statements = [...before];
  const resources = resourcesOf(path, item, stage);
  const add = (statement: ValueMap) => {
    if (!statements.some((one) => sameValue(one, statement))) statements.push(statement);
  };
  const invoke = (Effect: string, Principal: Value, Condition?: ValueMap): ValueMap => ({
    Effect,
    Action: 'execute-api:Invoke',
    Resource: resources,
    Principal,
    ...(Condition && { Condition }),
  });
  for (const [list, effect] of [
    ['AwsAccountWhitelist', 'Allow'],
    ['AwsAccountBlacklist', 'Deny'],
  ] as const) {
    const accounts = policy[list];
    if (accounts !== undefined) statements.push(invoke(effect, { AWS: isList(accounts) ? accounts : [accounts] }));
  }
  const denyAllBut = (condition: ValueMap) => {
    add(invoke('Allow', '*'));
    add(invoke('Deny', '*', condition));
  };
  for (const [list, operator] of [
    ['IpRangeWhitelist', 'NotIpAddress'],
    ['IpRangeBlacklist', 'IpAddress'],
  ] as const) {
    const ranges = policy[list];
    if (ranges !== undefined) denyAllBut({ [operator]: { 'aws:SourceIp': isList(ranges) ? ranges : [ranges] } });
  }
  for (const [list, operator] of [
    ['Blacklist', 'StringEquals'],
    ['Whitelist', 'StringNotEquals'],
  ] as const) {
    const networks = networksOf(policy, list);
    if (networks) denyAllBut({ [operator]: networks });
  }
  return statements;
}

/** The author's own statements, after those that are there. */
export function customStatements(before: readonly Value[], custom: Value): Value[] {
  const own = isList(custom) ? custom : [custom];
  return [...before, ...own.filter((one) => !before.some((other) => sameValue(one, other)))];
}

function networksOf(policy: ValueMap, list: 'Blacklist' | 'Whitelist'): ValueMap | undefined {
  const named = policy[`SourceVpc${list}`];
  const texts = (isList(named) ? named : []).map(String);
  const given = (name: string) => {
    const values = policy[name];
    return isList(values) ? values : [];
  };
  const vpcs = [...texts.filter((one) => one.startsWith('vpc-')), ...given(`IntrinsicVpc${list}`)];
  const endpoints = [...texts.filter((one) => one.startsWith('vpce-')), ...given(`IntrinsicVpce${list}`)];
  if (vpcs.length === 0 && endpoints.length === 0) return undefined;
  return {
    ...(vpcs.length > 0 && { 'aws:SourceVpc': vpcs }),
    ...(endpoints.length > 0 && { 'aws:SourceVpce': endpoints }),
  };
}

function resourcesOf(path: string, item: Value, stage: Value): Value[] {
  const methods: string[] = [];
  mapChoices(item, (one) => {
    methods.push(...Object.keys(one));
    return one;
  });
  const masked = path.replace(/\{(?:[a-zA-Z0-9._-]+\+?)\}/g, '*');
  return methods.map((method) => {
    const verb = method.toLowerCase() === ANY_METHOD ? '*' : method.toUpperCase();
    return { 'Fn::Sub': [`execute-api:/\${__Stage__}/${verb}${masked}`, { __Stage__: stage }] };
  });
}

/** The statements of a policy that a definition already has. */
export function statementsOf(policy: Value | undefined): readonly Value[] {
  const statements = isMap(policy) ? policy['Statement'] : undefined;
  return statements === undefined ? [] : isList(statements) ? statements : [statements];
}

// What the local cloud's buses can be asked for, by EventBridge's own API: its endpoint needs no signature. Against AWS
// nothing is asked: pages stay silent there. A page must come out whatever the cloud does, so what cannot be read
// within a second is left out.

import { readJson, request } from '../request.ts';

/** A rule of a bus, as ListRules returns it. */
export interface ListedRule {
  readonly Name: string;
  readonly Arn?: string;
  readonly EventPattern?: string;
  readonly State?: string;
}

/** A target of a rule, as ListTargetsByRule returns it. */
export interface ListedTarget {
  readonly Id: string;
  readonly Arn: string;
  readonly InputPath?: string;
  readonly InputTransformer?: { readonly InputPathsMap?: Readonly<Record<string, string>> };
}

/** The names of all buses; none when they cannot be read. */
export async function listBuses(): Promise<readonly string[]> {
  const { EventBuses = [] } = await askLocal<{ EventBuses?: readonly { readonly Name: string }[] }>(
    'AWSEvents.ListEventBuses',
    {},
  );
  return EventBuses.map(({ Name }) => Name);
}

/** The rules of a bus; none when they cannot be read. */
export async function listRules(bus: string): Promise<readonly ListedRule[]> {
  const { Rules = [] } = await askLocal<{ Rules?: readonly ListedRule[] }>('AWSEvents.ListRules', {
    EventBusName: bus,
  });
  return Rules;
}

/** The targets of a rule; none when they cannot be read. */
export async function listTargets(bus: string, rule: string): Promise<readonly ListedTarget[]> {
  const input = { EventBusName: bus, Rule: rule };
  const { Targets = [] } = await askLocal<{ Targets?: readonly ListedTarget[] }>('AWSEvents.ListTargetsByRule', input);
  return Targets;
}

/** Calls an operation of EventBridge (JSON 1.1) or SQS (JSON 1.0) by its `x-amz-target`. */
export async function askLocal<Answer extends object>(target: string, input: object): Promise<Partial<Answer>> {
  const endpoint = process.env['AWS_ENDPOINT_URL'];
  if (!process.env['EARWITNESS_URL'] || !endpoint) return {};
  const version = target.startsWith('AmazonSQS') ? '1.0' : '1.1';
  try {
    const answer = await request(endpoint, {
      method: 'POST',
      headers: { 'content-type': `application/x-amz-json-${version}`, 'x-amz-target': target },
      body: JSON.stringify(input),
      signal: AbortSignal.timeout(1000),
    });
    return (await readJson(answer)) as Answer;
  } catch {
    return {};
  }
}

// What the local cloud's buses can be asked for, by EventBridge's own API: its endpoint needs no signature. Against AWS
// nothing is asked: pages stay silent there. A page must come out whatever the cloud does, so what cannot be read
// within a second is left out.

import { readJson, request } from '../request.ts';

/** A rule of a bus, as ListRules returns it. */
export interface ListedRule {
  readonly Name: string;
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

/** The rules of a bus; none when they cannot be read. */
export async function listRules(bus: string): Promise<readonly ListedRule[]> {
  const { Rules = [] } = await ask<{ Rules?: readonly ListedRule[] }>('ListRules', { EventBusName: bus });
  return Rules;
}

/** The targets of a rule; none when they cannot be read. */
export async function listTargets(bus: string, rule: string): Promise<readonly ListedTarget[]> {
  const input = { EventBusName: bus, Rule: rule };
  const { Targets = [] } = await ask<{ Targets?: readonly ListedTarget[] }>('ListTargetsByRule', input);
  return Targets;
}

async function ask<Answer extends object>(operation: string, input: object): Promise<Partial<Answer>> {
  const endpoint = process.env['AWS_ENDPOINT_URL'];
  if (!process.env['EARWITNESS_URL'] || !endpoint) return {};
  try {
    const answer = await request(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `AWSEvents.${operation}` },
      body: JSON.stringify(input),
      signal: AbortSignal.timeout(1000),
    });
    return (await readJson(answer)) as Answer;
  } catch {
    return {};
  }
}

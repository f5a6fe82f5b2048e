// Why no rule took an event, or why the rules did not take the one that was awaited: each rule of the bus is asked, with the local
// cloud's own engine. Only beside a local cloud (its endpoint needs no signature); against AWS the page stays silent here.
import { explain, parsePattern } from '@earwitness/protocol/pattern';

/** A rule of a bus, as ListRules tells it. */
interface ListedRule {
  readonly Name: string;
  readonly EventPattern?: string;
  readonly State?: string;
}

/** One line for each rule of the bus: the first field that keeps it from matching. Empty when the rules cannot be read. */
export async function explainRules(bus: string, event: unknown): Promise<string[]> {
  const endpoint = process.env['AWS_ENDPOINT_URL'];
  if (!process.env['EARWITNESS_URL'] || !endpoint) return [];
  try {
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'AWSEvents.ListRules' },
      body: JSON.stringify({ EventBusName: bus }),
      signal: AbortSignal.timeout(1000),
    });
    const { Rules = [] } = (await response.json()) as { Rules?: readonly ListedRule[] };
    return Rules.slice(0, 5).flatMap((rule) => explainRule(rule, event));
  } catch {
    return [];
  }
}

function explainRule({ Name, EventPattern, State }: ListedRule, event: unknown): string[] {
  if (State === 'DISABLED') return [`rule ${Name} is disabled`];
  if (EventPattern === undefined) return [];
  const failed = explain(parsePattern(EventPattern), event).fields.find(({ verdict }) => verdict !== 'matched');
  if (!failed) return [];
  const { path, expected, found, closest, hint } = failed;
  const value = (closest ?? found[0])?.value;
  const got = value === undefined ? 'the event has none' : `the event has ${value}`;
  return [`rule ${Name} wants ${path} ${expected.join(' or ')}, ${got}${hint === undefined ? '' : ` (${hint})`}`];
}

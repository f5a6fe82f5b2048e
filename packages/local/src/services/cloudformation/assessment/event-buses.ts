// Event buses that rules stand on, and that nobody makes: on AWS the stack of another team has made them.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { AssessmentOrder } from '../../../assessment/assessment.ts';
import type { Call } from '../../../call.ts';
import type { Properties } from '../../../resources/resource.ts';
import type { Parts } from '../parts.ts';
import type { Findings } from './findings.ts';

interface Looking {
  readonly call: Call;
  readonly order: AssessmentOrder;
  readonly findings: Pick<Findings, 'missing'>;
  /** Names of those that the template makes itself. */
  readonly buses: readonly string[];
}

interface Rule {
  readonly properties: Properties;
  readonly line?: number | undefined;
}

/** Adds those that are not there. */
export async function findBuses(
  { platform: { dispatch } }: Parts,
  rules: readonly Rule[],
  { buses, call, findings, order }: Looking,
): Promise<void> {
  const known = ['default', ...buses, ...(order.beside?.buses ?? [])];
  const asked = new Set<string>();
  for (const { properties, line } of rules) {
    const text = properties['EventBusName'];
    if (typeof text !== 'string') continue;
    const name = text.slice(text.lastIndexOf('/') + 1);
    if (known.includes(name) || asked.has(name)) continue;
    asked.add(name);
    const here = { ...call, region: text.startsWith('arn:') ? (text.split(':')[3] ?? call.region) : call.region };
    try {
      await dispatch.call('events', 'DescribeEventBus', { Name: text }, here);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      // What is no name of a bus, the rule's own examination refuses.
      if (error.code !== 'ResourceNotFoundException') continue;
      findings.missing({ kind: 'event bus', name, value: name, line });
    }
  }
}

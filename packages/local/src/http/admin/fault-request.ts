// `POST faults` and `GET faults`: what stands before destinations. A destination is found by any name that people have
// for it.
import type { CloudMap, MapNode } from '@earwitness/protocol/internal/admin/cloud-map';
import { InvalidFaultError, parseFaultRequest } from '@earwitness/protocol/internal/admin/fault';
import { nearest } from '@earwitness/protocol/internal/text/nearest';
import type { Faults } from '../../faults/faults.ts';
import { readBody } from '../body.ts';
import type { HttpRequest } from '../door.ts';
import { Refused } from './refused.ts';

/** Ours. */
const MAX_BYTES = 64 * 1024;

const KINDS: readonly MapNode['kind'][] = ['api-destination', 'queue', 'function', 'notification-topic'];

/** Puts a fault before a destination, or takes it away; answers with the destination's ARN. @throws Refused */
export async function takeFault(
  request: HttpRequest,
  { faults, map }: { readonly faults: Faults; map(): Promise<CloudMap> },
): Promise<{ readonly target: string }> {
  const asked = parse((await readBody(request, MAX_BYTES)).toString());
  const { nodes } = await map();
  if (asked.fault === null) {
    const target = findStanding(asked.target, faults) ?? findTarget(asked.target, nodes);
    await faults.remove(target);
    return { target };
  }
  const target = findTarget(asked.target, nodes);
  await faults.put({ target, fault: asked.fault, ...(asked.times !== undefined && { times: asked.times }) });
  return { target };
}

function parse(text: string) {
  try {
    return parseFaultRequest(text);
  } catch (error) {
    if (error instanceof InvalidFaultError) throw new Refused(400, error.message);
    throw error;
  }
}

/** A fault may outlive its destination: it is found by its ARN, or the name at the ARN's end. */
function findStanding(name: string, faults: Faults): string | undefined {
  const found = faults.list().filter(({ target }) => target === name || /[^:/]+$/.exec(target)?.[0] === name);
  return found.length === 1 ? found[0]?.target : undefined;
}

function findTarget(name: string, nodes: readonly MapNode[]): string {
  const targets = nodes.filter(({ kind, state }) => KINDS.includes(kind) && state !== 'MISSING');
  const found = targets.filter((node) => namesOf(node).includes(name));
  const [first, ...others] = found;
  if (first && others.length === 0) return first.id;
  if (first) {
    const arns = found.map(({ id }) => id).join(', ');
    throw new Refused(400, `${name} is the name of ${found.length} destinations: ${arns}. Name the ARN.`);
  }
  const meant = nearest(name, targets.flatMap(namesOf));
  const there = targets.map((node) => `${node.name} (${node.kind.replaceAll('-', ' ')})`).join(', ') || 'none';
  const mend = meant === undefined ? `There is: ${there}.` : `Did you mean ${meant}?`;
  throw new Refused(
    400,
    `There is no API destination, queue, function or SNS topic ${name} before which a fault could stand. ${mend}`,
  );
}

/** By ARN, name, logical id with its stack or without, and URL. */
function namesOf({ id, name, stack, logicalId, facts }: MapNode): string[] {
  const url = facts.find(([label]) => label === 'URL')?.[1].replace(/^[A-Z]+ /, '');
  return [
    ...new Set([
      id,
      name,
      ...(logicalId === undefined ? [] : [logicalId, `${stack}.${logicalId}`]),
      ...(url === undefined ? [] : [url]),
    ]),
  ];
}

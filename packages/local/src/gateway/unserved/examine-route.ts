// What can be said of a route before it is deployed: it is refused, or something of it stands in.
import { type Finding, type PropertyPath, refusalsOf } from '../../resources/finding.ts';
import type { DeployedRoute } from '../deployed-stage.ts';

/** @param create makes the route, or refuses it */
export async function examineRoute(
  path: PropertyPath,
  create: () => DeployedRoute | Promise<DeployedRoute>,
): Promise<Finding[]> {
  const found: Finding[] = [];
  const refused = await refusalsOf(path, async () => found.push(...standInsOf(path, await create())));
  return [...refused, ...found];
}

function standInsOf(path: PropertyPath, { authorizer, integration }: DeployedRoute): Finding[] {
  const found: { readonly why: string; readonly means: string }[] = [];
  if (authorizer?.kind === 'token') found.push(unverified(authorizer.type));
  if (authorizer?.kind === 'stand-in') found.push(unasked(authorizer.type));
  if (integration.kind === 'stand-in') {
    const why = integration.reason.replace(/\.$/, '');
    found.push({ why, means: 'requests are recorded, and answered 501' });
  }
  return found.map((one) => ({ kind: 'stands in', path, ...one }));
}

function unasked(type: string) {
  return { why: `requests are not authorized (${type})`, means: 'all of them are let in' };
}

/** Of an authorizer whose tokens are read alone. */
export function unverified(type: string) {
  return { why: `tokens are not verified (${type})`, means: 'whoever has one is let in' };
}

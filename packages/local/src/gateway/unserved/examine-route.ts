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
  const kind = 'stands in';
  return [
    ...(authorizer === undefined
      ? []
      : [{ kind, path, why: `requests are not authorized (${authorizer})`, means: 'all of them are let in' } as const]),
    ...(integration.kind === 'stand-in'
      ? [
          {
            kind,
            path,
            why: integration.reason.replace(/\.$/, ''),
            means: 'requests are recorded, and answered 501',
          } as const,
        ]
      : []),
  ];
}

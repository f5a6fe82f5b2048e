// Resources: the tree of paths of a REST API.

import type { OperationsOf } from '../../../call.ts';
import type { Parts } from '../parts.ts';
import {
  type ApiResource,
  badRequest,
  conflict,
  describeResource,
  findFamilyProblem,
  findResource,
} from '../rest-api.ts';
import { takePage } from '../rest-apis.ts';

export function resourceOperations({ apis }: Parts) {
  const { table } = apis;
  return {
    async CreateResource({ restApiId, parentId, pathPart }, call) {
      const api = table.find(restApiId, call);
      const parent = findResource(api, parentId);
      const problem = findFamilyProblem(Object.values(api.resources), parent, pathPart);
      if (problem !== undefined) throw badRequest(problem);
      if (!/^(\{[\w.:-]+\+?\}|[\w.:$@!*~&'(),;=+%-]+)$/.test(pathPart)) {
        throw badRequest(
          "Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path variable and curly braces at the beginning and the end.",
        );
      }
      if (Object.values(api.resources).some((one) => one.parentId === parentId && one.pathPart === pathPart)) {
        throw conflict(`Another resource with the same parent already has this name: ${pathPart}`);
      }
      const id = apis.newId(6);
      const path = `${parent.path === '/' ? '' : parent.path}/${pathPart}`;
      const resource: ApiResource = { id, parentId, pathPart, path, methods: {} };
      await table.save({ ...api, resources: { ...api.resources, [id]: resource } });
      return describeResource(resource);
    },
    GetResource: ({ restApiId, resourceId }, call) =>
      describeResource(findResource(table.find(restApiId, call), resourceId)),
    GetResources(input, call) {
      const { page, next } = takePage(Object.values(table.find(input.restApiId, call).resources), input);
      return { items: page.map(describeResource), ...next };
    },
    async DeleteResource({ restApiId, resourceId }, call) {
      const api = table.find(restApiId, call);
      const { path, id } = findResource(api, resourceId);
      if (id === api.rootResourceId) throw badRequest('Root resource cannot be deleted');
      const kept = Object.values(api.resources).filter(
        (resource) => resource.path !== path && !resource.path.startsWith(`${path}/`),
      );
      await table.save({ ...api, resources: Object.fromEntries(kept.map((resource) => [resource.id, resource])) });
      return {};
    },
  } satisfies OperationsOf<'apigateway'>;
}

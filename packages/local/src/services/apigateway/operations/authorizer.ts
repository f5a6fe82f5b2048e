// Authorizers: who may call the methods that name them, once the API is deployed.
import type { OperationsOf } from '../../../call.ts';
import { checkName, createAuthorizer, findAuthorizer, patchAuthorizer } from '../authorizer.ts';
import type { Parts } from '../parts.ts';
import { notFound } from '../rest-api.ts';
import { takePage } from '../rest-apis.ts';

export function authorizerOperations({ apis }: Parts) {
  const { table } = apis;
  return {
    async CreateAuthorizer({ restApiId, ...settings }, call) {
      const api = table.find(restApiId, call);
      const id = apis.newId(6);
      const authorizer = createAuthorizer(id, settings);
      checkName(api, authorizer);
      await table.save({ ...api, authorizers: { ...api.authorizers, [id]: authorizer } });
      return authorizer;
    },
    GetAuthorizer: ({ restApiId, authorizerId }, call) => findAuthorizer(table.find(restApiId, call), authorizerId),
    GetAuthorizers(input, call) {
      const { page, next } = takePage(Object.values(table.find(input.restApiId, call).authorizers ?? {}), input);
      return { items: page, ...next };
    },
    async UpdateAuthorizer({ restApiId, authorizerId, patchOperations = [] }, call) {
      const api = table.find(restApiId, call);
      const patched = patchOperations.reduce(patchAuthorizer, findAuthorizer(api, authorizerId));
      const authorizer = createAuthorizer(authorizerId, patched);
      checkName(api, authorizer);
      await table.save({ ...api, authorizers: { ...api.authorizers, [authorizerId]: authorizer } });
      return authorizer;
    },
    async DeleteAuthorizer({ restApiId, authorizerId }, call) {
      const api = table.find(restApiId, call);
      findAuthorizer(api, authorizerId);
      const { [authorizerId]: _, ...authorizers } = api.authorizers ?? {};
      await table.save({ ...api, authorizers });
      return {};
    },
    async FlushStageAuthorizersCache({ restApiId, stageName }, call) {
      const api = table.find(restApiId, call);
      const stage = api.stages[stageName];
      if (!stage) throw notFound('Invalid stage identifier specified');
      // What authorizers said is kept with the stage that requests meet.
      await apis.putStage(api, stage);
      return {};
    },
  } satisfies OperationsOf<'apigateway'>;
}

// API destinations: an address, a method and a rate limit, with a connection.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { OperationsOf } from '../../../call.ts';
import { type ApiDestination, buildApiDestination } from '../connections/api-destination.ts';
import { takePage } from '../page.ts';
import type { Parts } from '../parts.ts';

export function apiDestinationOperations({ platform, connections, apiDestinations }: Parts) {
  const { clock, ids } = platform;
  function refuseUnknownConnection(arn: string): void {
    if (connections.findSettings(arn)) return;
    const message = `Failed to find the connection(s). Connection '${arn}' does not exist.`;
    throw new ServiceError('ResourceNotFoundException', message);
  }
  function answerOf(one: ApiDestination) {
    const { ApiDestinationArn, ApiDestinationState, CreationTime, LastModifiedTime } = apiDestinations.describe(one);
    return { ApiDestinationArn, ApiDestinationState, CreationTime, LastModifiedTime };
  }
  return {
    async CreateApiDestination(input, call) {
      if (apiDestinations.find(call, input.Name)) {
        const message = `An api-destination '${input.Name}' already exists.`;
        throw new ServiceError('ResourceAlreadyExistsException', message);
      }
      refuseUnknownConnection(input.ConnectionArn);
      const made = buildApiDestination(input, call, { uuid: ids.uuid(), now: clock.now() });
      await apiDestinations.put(made);
      return answerOf(made);
    },

    DescribeApiDestination({ Name }, call) {
      const one = apiDestinations.get(call, Name);
      return { ...apiDestinations.describe(one), Description: one.description };
    },

    async UpdateApiDestination(input, call) {
      const previous = apiDestinations.get(call, input.Name);
      if (input.ConnectionArn !== undefined) refuseUnknownConnection(input.ConnectionArn);
      const changed = buildApiDestination(input, call, { previous, uuid: '', now: clock.now() });
      await apiDestinations.put(changed);
      return answerOf(changed);
    },

    async DeleteApiDestination({ Name }, call) {
      await apiDestinations.delete(apiDestinations.get(call, Name));
      return {};
    },

    ListApiDestinations(input, call) {
      const { NamePrefix = '', ConnectionArn, ...paging } = input;
      const found = apiDestinations
        .list(call)
        .filter((one) => one.name.startsWith(NamePrefix) && (!ConnectionArn || one.connectionArn === ConnectionArn));
      const { page, next } = takePage(found, paging, { keyOf: ({ name }) => name });
      return { ApiDestinations: page.map((one) => apiDestinations.describe(one)), ...next };
    },
  } satisfies OperationsOf<'events'>;
}

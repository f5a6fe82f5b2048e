// CreateApiDestination, DescribeApiDestination, UpdateApiDestination, DeleteApiDestination, ListApiDestinations.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type {
  CreateApiDestinationRequest,
  CreateApiDestinationResponse,
  DeleteApiDestinationRequest,
  DescribeApiDestinationRequest,
  DescribeApiDestinationResponse,
  ListApiDestinationsRequest,
  ListApiDestinationsResponse,
  UpdateApiDestinationRequest,
  UpdateApiDestinationResponse,
} from '@earwitness/protocol/internal/aws/models/events.types';
import type { Operation } from '../../../call.ts';
import { type ApiDestination, buildApiDestination } from '../connections/api-destination.ts';
import type { Events } from '../events.ts';
import { pageOf } from '../page.ts';

export function apiDestinationOperations({ platform, connections, apiDestinations }: Events) {
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

  const create: Operation<CreateApiDestinationRequest, CreateApiDestinationResponse> = async (input, call) => {
    if (apiDestinations.find(call, input.Name)) {
      const message = `An api-destination '${input.Name}' already exists.`;
      throw new ServiceError('ResourceAlreadyExistsException', message);
    }
    refuseUnknownConnection(input.ConnectionArn);
    const made = buildApiDestination(input, call, { uuid: ids.uuid(), now: clock.now() });
    await apiDestinations.put(made);
    return answerOf(made);
  };

  const describe: Operation<DescribeApiDestinationRequest, DescribeApiDestinationResponse> = ({ Name }, call) => {
    const one = apiDestinations.get(call, Name);
    return { ...apiDestinations.describe(one), Description: one.description };
  };

  const update: Operation<UpdateApiDestinationRequest, UpdateApiDestinationResponse> = async (input, call) => {
    const previous = apiDestinations.get(call, input.Name);
    if (input.ConnectionArn !== undefined) refuseUnknownConnection(input.ConnectionArn);
    const changed = buildApiDestination(input, call, { previous, uuid: '', now: clock.now() });
    await apiDestinations.put(changed);
    return answerOf(changed);
  };

  const remove: Operation<DeleteApiDestinationRequest> = async ({ Name }, call) => {
    await apiDestinations.delete(apiDestinations.get(call, Name));
    return {};
  };

  const list: Operation<ListApiDestinationsRequest, ListApiDestinationsResponse> = (input, call) => {
    const { NamePrefix = '', ConnectionArn, ...page } = input;
    const found = apiDestinations
      .list(call)
      .filter((one) => one.name.startsWith(NamePrefix) && (!ConnectionArn || one.connectionArn === ConnectionArn));
    const { items, next } = pageOf(found, page, ({ name }) => name);
    return { ApiDestinations: items.map((one) => apiDestinations.describe(one)), ...next };
  };

  return {
    CreateApiDestination: create,
    DescribeApiDestination: describe,
    UpdateApiDestination: update,
    DeleteApiDestination: remove,
    ListApiDestinations: list,
  };
}

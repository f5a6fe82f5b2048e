// CloudFormation: AWS::CloudFormation::CustomResource and Custom::… (Ref: the id that the function gave; Fn::GetAtt:
// its `Data`). Where the function does not run here, the resource stands in.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Beginning, Made, Properties, ResourcePlace, ResourceType, Working } from '../../../resources/resource.ts';
import type { Reply } from '../custom/exchange.ts';
import type { CustomRequest } from '../custom/request.ts';
import { examineServiceToken } from '../custom/service-token.ts';
import type { Parts } from '../parts.ts';

type Place = ResourcePlace & Working;

export function customResource(parts: Parts): ResourceType {
  const { platform, responses } = parts;
  const requestFor = (properties: Properties, { logicalId, stack }: Place) => ({
    StackId: stack.id,
    LogicalResourceId: logicalId,
    ResourceType: typeOf(parts, { logicalId, stack }),
    ResourceProperties: properties,
  });
  const ask = async (request: CustomRequest, place: Place): Promise<Reply> => {
    // `check` says what becomes of a custom resource, and asks for none.
    const { askFunction } = await import('../custom/exchange.ts');
    const reply = await askFunction({ platform, responses }, request, place);
    const { isUnsetNotifications, setNotifications } = await import('../custom/bucket-notifications.ts');
    return isUnsetNotifications(request, reply) ? await setNotifications(platform, request, place.call) : reply;
  };
  const standIn = (type: string) => platform.standIns.resourceType(type);

  /** What the reply says exists now. */
  async function accept(
    reply: Reply,
    {
      request,
      place,
      standsIn,
    }: { request: CustomRequest; place: Place & Beginning; standsIn(): Promise<Made> | undefined },
  ): Promise<Made> {
    if (reply.kind === 'success') return reply.made;
    if (reply.kind === 'failure') {
      if (reply.made) place.began(reply.made);
      throw new ServiceError('ValidationError', reply.reason);
    }
    const made = await standsIn();
    if (made) return { ...made, standsIn: true };
    throw new ServiceError('ValidationError', `${request.ResourceType} cannot be made: ${reply.reason}`);
  }

  return {
    type: 'AWS::CloudFormation::CustomResource',
    serves: ['ServiceTimeout', 'ServiceToken'],
    isOpen: true,
    requires: ['ServiceToken'],
    examine: (properties, place) =>
      examineServiceToken(platform, properties, { ...place, type: 'AWS::CloudFormation::CustomResource' }),
    async create(properties, place) {
      const request = { ...requestFor(properties, place), RequestType: 'Create' as const };
      const reply = await ask(request, place);
      // Whatever came of it, the function is told to delete it: it has to expect ids that it has not given.
      if (reply.kind === 'failure') place.began({ physicalId: place.generateName(), attributes: {} });
      const standsIn = () => standIn(request.ResourceType)?.create(properties, place);
      return await accept(reply, { request, place, standsIn });
    },
    checkUpdate(previous, properties) {
      if (previous['ServiceToken'] === properties['ServiceToken']) return;
      // Source of the sentence: serverless #9240, cdk-constructs #197.
      throw new ServiceError('ValidationError', 'Modifying service token is not allowed.');
    },
    async update(made, properties, place) {
      const type = typeOf(parts, place);
      if (made.standsIn)
        return { ...((await standIn(type)?.update?.(made, properties, place)) ?? made), standsIn: true };
      const request = {
        ...requestFor(properties, place),
        RequestType: 'Update' as const,
        PhysicalResourceId: made.physicalId,
        OldResourceProperties: place.previous,
      };
      const standsIn = () => standIn(type)?.update?.(made, properties, place);
      return await accept(await ask(request, place), { request, place, standsIn });
    },
    async delete(made, place) {
      if (made.standsIn) return await standIn(typeOf(parts, place))?.delete(made, place);
      const request = {
        ...requestFor(place.properties, place),
        RequestType: 'Delete' as const,
        PhysicalResourceId: made.physicalId,
      };
      const reply = await ask(request, place);
      if (reply.kind !== 'success') throw new ServiceError('ValidationError', reply.reason);
    },
  };
}

/** The type's name as the template has it. */
function typeOf({ stacks }: Parts, { logicalId, stack }: Pick<Place, 'logicalId' | 'stack'>): string {
  const [, , , region = '', account = ''] = stack.id.split(':');
  const record = stacks.get(stack.id, { account, region }).resources[logicalId];
  return record?.type ?? 'AWS::CloudFormation::CustomResource';
}

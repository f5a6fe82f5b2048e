// SQS in the Query protocol, which SDKs and CLIs spoke to it until the end of 2023. Its model is the JSON one now, so
// the names that forms and XML used are kept here. Source: apis/sqs-2012-11-05 in aws-sdk for JavaScript 2.
import { ServiceError } from '../errors.ts';
import type { Member, ServiceModel, Shape } from '../model.ts';
import { type Codec, headerOf } from '../wire.ts';
import { queryCodec } from './query.ts';

/** How the older protocol words a queue that does not exist. */
const QUEUE_IS_GONE = 'The specified queue does not exist for this wsdl version.';

const NAMESPACE = 'http://queue.amazonaws.com/doc/2012-11-05/';

/** What an item of each list is called. */
const ITEM_NAMES: Readonly<Record<string, string>> = {
  AWSAccountIdList: 'AWSAccountId',
  ActionNameList: 'ActionName',
  AttributeNameList: 'AttributeName',
  BatchResultErrorEntryList: 'BatchResultErrorEntry',
  BinaryList: 'BinaryListValue',
  ChangeMessageVisibilityBatchRequestEntryList: 'ChangeMessageVisibilityBatchRequestEntry',
  ChangeMessageVisibilityBatchResultEntryList: 'ChangeMessageVisibilityBatchResultEntry',
  DeleteMessageBatchRequestEntryList: 'DeleteMessageBatchRequestEntry',
  DeleteMessageBatchResultEntryList: 'DeleteMessageBatchResultEntry',
  ListMessageMoveTasksResultEntryList: 'ListMessageMoveTasksResultEntry',
  MessageAttributeNameList: 'MessageAttributeName',
  MessageList: 'Message',
  MessageSystemAttributeList: 'MessageSystemAttributeName',
  QueueUrlList: 'QueueUrl',
  SendMessageBatchRequestEntryList: 'SendMessageBatchRequestEntry',
  SendMessageBatchResultEntryList: 'SendMessageBatchResultEntry',
  StringList: 'StringListValue',
  TagKeyList: 'TagKey',
};

/** What an entry of each map is called, and its key and its value. */
const ENTRY_NAMES: Readonly<Record<string, readonly [entry: string, key: string, value: string]>> = {
  MessageBodyAttributeMap: ['MessageAttribute', 'Name', 'Value'],
  MessageBodySystemAttributeMap: ['MessageSystemAttribute', 'Name', 'Value'],
  MessageSystemAttributeMap: ['Attribute', 'Name', 'Value'],
  QueueAttributeMap: ['Attribute', 'Name', 'Value'],
  TagMap: ['Tag', 'Key', 'Value'],
};

const queryModels = new WeakMap<ServiceModel, ServiceModel>();

/** Reads and writes SQS's Query protocol; takes SQS's ordinary model. */
export const sqsQueryCodec: Codec = {
  decode(model, request) {
    const { operation, input } = queryCodec.decode(sqsQueryModel(model), request);
    // The oldest clients name the queue by the URL that they post to, and nowhere else.
    if (!/^\/\d{12}\/[^/]+$/.test(request.path)) return { operation, input };
    const url = `http://${headerOf(request, 'host') ?? headerOf(request, ':authority') ?? ''}${request.path}`;
    return { operation, input: { QueueUrl: url, ...(input as object) } };
  },
  encodeOutput: (model, operation, output, requestId) =>
    queryCodec.encodeOutput(sqsQueryModel(model), operation, output, requestId),
  encodeError(model, error, requestId) {
    // Source: recorded on AWS (LocalStack, SQS over the Query protocol).
    const gone = error.code === 'QueueDoesNotExist' && new ServiceError(error.code, QUEUE_IS_GONE);
    return queryCodec.encodeError(sqsQueryModel(model), gone || error, requestId);
  },
};

/** SQS's model with the names of its Query protocol. */
export function sqsQueryModel(model: ServiceModel): ServiceModel {
  let queryModel = queryModels.get(model);
  if (!queryModel) {
    const shapes = Object.entries(model.shapes).map(([name, shape]) => [name, queryShape(name, shape)]);
    queryModel = { ...model, xmlNamespace: NAMESPACE, shapes: Object.fromEntries(shapes) };
    queryModels.set(model, queryModel);
  }
  return queryModel;
}

function queryShape(name: string, shape: Shape): Shape {
  switch (shape.type) {
    case 'structure':
      return { ...shape, members: Object.fromEntries(Object.entries(shape.members).map(nameEntries)) };
    case 'list': {
      const itemName = ITEM_NAMES[name];
      return itemName === undefined
        ? shape
        : { ...shape, flattened: true, member: { ...shape.member, locationName: itemName } };
    }
    case 'map': {
      const [, key, value] = ENTRY_NAMES[name] ?? [];
      if (key === undefined || value === undefined) return shape;
      return {
        ...shape,
        key: { ...shape.key, locationName: key },
        value: { ...shape.value, locationName: value },
      };
    }
    default:
      return shape;
  }
}

function nameEntries([name, member]: readonly [string, Member]): readonly [string, Member] {
  const entry = ENTRY_NAMES[member.shape]?.[0];
  return [name, entry === undefined ? member : { ...member, locationName: entry }];
}

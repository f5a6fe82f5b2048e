// How AWS's services print a value in a refusal: as Java's toString does. Lists `[a, b]`, maps `{k=v}`, structures
// `PutEventsRequestEntry(time=null, source=s, …)` with every member of the model in its order.
import type { ServiceModel } from './model.ts';

// Members that AWS prints and its model does not have. Source: PutEvents refusals recorded on AWS.
const UNMODELLED: Readonly<Record<string, readonly string[]>> = {
  PutEventsRequestEntry: ['kmsKeyIdentifier', 'internalMetadata'],
};

// Sets of enumerations are printed in an order of the server's own, the same each time; those that were recorded on AWS
// (LocalStack's snapshots; paritysuite/dynamodb-conformance). Others are printed in the model's order, which may be
// another.
const ENUM_ORDERS: readonly (readonly string[])[] = [
  ['HEAD', 'POST', 'PATCH', 'DELETE', 'PUT', 'GET', 'OPTIONS'],
  ['HTTP', 'MOCK', 'AWS_PROXY', 'HTTP_PROXY', 'AWS'],
  ['PRIVATE', 'EDGE', 'REGIONAL'],
  ['LATEST', 'AT_TIMESTAMP', 'TRIM_HORIZON'],
  ['B', 'N', 'S'],
  ['SPECIFIC_ATTRIBUTES', 'COUNT', 'ALL_ATTRIBUTES', 'ALL_PROJECTED_ATTRIBUTES'],
  ['RESPONSE_STREAM', 'BUFFERED'],
  ['PublishedVersions', 'None'],
  ['Terminate', 'Allow'],
  ['x86_64', 'arm64'],
  ['ipv4', 'dualstack'],
  ['add', 'remove', 'move', 'test', 'replace', 'copy'],
  ['SUCCEEDED', 'TIMED_OUT', 'PENDING_REDRIVE', 'ABORTED', 'FAILED', 'RUNNING'],
];

/** The values of an enumeration in the order in which AWS prints them, where that is known. */
export function printEnum(values: readonly string[]): readonly string[] {
  const isSame = (order: readonly string[]) =>
    order.length === values.length && order.every((one) => values.includes(one));
  return ENUM_ORDERS.find(isSame) ?? values;
}

/** A value of a shape as AWS prints it. */
export function printJava(model: ServiceModel, shapeName: string, value: unknown): string {
  if (value === undefined || value === null) return 'null';
  const shape = model.shapes[shapeName];
  switch (shape?.type) {
    case 'structure': {
      const record = value as Readonly<Record<string, unknown>>;
      const members = Object.entries(shape.members).map(
        ([name, member]) => `${lowerFirst(name)}=${printJava(model, member.shape, record[name])}`,
      );
      const unmodelled = (UNMODELLED[shapeName] ?? []).map((name) => `${name}=null`);
      return `${shapeName}(${[...members, ...unmodelled].join(', ')})`;
    }
    case 'list':
      return `[${(value as readonly unknown[]).map((item) => printJava(model, shape.member.shape, item)).join(', ')}]`;
    case 'map': {
      const entries = Object.entries(value as Readonly<Record<string, unknown>>);
      return `{${entries.map(([key, inner]) => `${key}=${printJava(model, shape.value.shape, inner)}`).join(', ')}}`;
    }
    case 'blob': {
      const { length } = value as Uint8Array;
      return `java.nio.HeapByteBuffer[pos=0 lim=${length} cap=${length}]`;
    }
    case 'timestamp': {
      const [day = '', date, month, year, time] = new Date(Number(value)).toUTCString().split(' ');
      return `${day.slice(0, -1)} ${month} ${date} ${time} UTC ${year}`;
    }
    default:
      return String(value);
  }
}

/** `EventBusName` → `eventBusName`, as members are called in refusals. */
export function lowerFirst(name: string): string {
  return name.slice(0, 1).toLowerCase() + name.slice(1);
}

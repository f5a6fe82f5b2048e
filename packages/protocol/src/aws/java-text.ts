// How AWS's services print a value in a refusal: as Java's toString does. Lists `[a, b]`, maps `{k=v}`, structures
// `PutEventsRequestEntry(time=null, source=s, …)` with every member of the model in its order.
import type { ServiceModel } from './model.ts';

// Members that AWS prints and its model does not have. Source: PutEvents refusals recorded on AWS.
const UNMODELLED: Readonly<Record<string, readonly string[]>> = {
  PutEventsRequestEntry: ['kmsKeyIdentifier', 'internalMetadata'],
};

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

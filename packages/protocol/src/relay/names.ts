// What the relay calls things. An event carries no name of its bus, so every bus that is heard has a topic of its own,
// and the name of the topic tells the bus:
//
//   one bus        TOPIC_NAME=events                                     TOPIC_NAME_ORDERS_BUS=events
//   several        TOPIC_NAME=events@orders-bus,events@payments          TOPIC_NAME_ORDERS_BUS=events@orders-bus …

/** `ApiUrl` → `API_URL`, `DLQUrl` → `DLQ_URL`, `apiURL2` → `API_URL2`: the variable of a stack output. */
export function variableName(outputName: string): string {
  return outputName
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .toUpperCase();
}

/** The stack output that names the topic of a bus: `orders-bus` → `TopicNameOrdersBus`. */
export function topicOutput(bus: string): string {
  const words = bus.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  return `TopicName${words.map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`).join('')}`;
}

/**
 * The variable that names the topic of a bus: `orders-bus` → `TOPIC_NAME_ORDERS_BUS`. `a.b` and `a_b` share one.
 */
export function topicVariable(bus: string): string {
  return variableName(topicOutput(bus));
}

/**
 * The topic of one bus among several. `@` is in no bus name: [\/.\-_A-Za-z0-9]+ (EventBridge's API reference,
 * CreateEventBus).
 */
export function topicOfBus(topic: string, bus: string): string {
  return `${topic}@${bus}`;
}

/** The bus that a topic's name tells; `undefined` for any other topic. */
export function busOfTopic(topic: string): string | undefined {
  const at = topic.lastIndexOf('@');
  return at < 0 ? undefined : topic.slice(at + 1);
}

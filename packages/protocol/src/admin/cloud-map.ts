// What is connected with what in a local cloud: what `GET /_earwitness/map` answers, for the console's drawing. It
// tells what was declared (routes, rules, targets, mappings, redrive policies); which functions call what, only the
// journal knows.

/** All resources that something reaches or that reach something, over all accounts and regions. */
export interface CloudMap {
  readonly nodes: readonly MapNode[];
  readonly edges: readonly MapEdge[];
}

export type MapNodeKind =
  | 'api'
  | 'function'
  | 'bus'
  | 'rule'
  | 'queue'
  | 'notification-topic'
  | 'schedule'
  | 'pipe'
  | 'state-machine'
  | 'table'
  | 'stream'
  | 'bucket'
  | 'api-destination'
  | 'topic'
  | 'stand-in';

/** A resource. */
export interface MapNode {
  /** Its ARN; of a Momento topic, which has none, `momento:cache/topic`. */
  readonly id: string;
  readonly kind: MapNodeKind;
  readonly name: string;
  /** What made it; absent of what a call made. */
  readonly stack?: string;
  readonly logicalId?: string;
  /** Why it does not run here, to follow its name; absent when it does. */
  readonly standsIn?: string;
  /** `disabled`, `STOPPED`: absent of what is at work. */
  readonly state?: string;
  /** A rule's event pattern, a state machine's definition: JSON text. */
  readonly pattern?: string;
  readonly definition?: string;
  /** What a person wants to know of it, in order: `['URL', 'https://…']`. No secrets. */
  readonly facts: readonly (readonly [label: string, value: string])[];
}

/** An arrow, in the direction in which events go. */
export interface MapEdge {
  /** Ids of nodes. */
  readonly from: string;
  readonly to: string;
  /** `dead letters` go another way than what is delivered. */
  readonly kind: 'delivers' | 'dead letters';
  /** `GET /orders`, a target's id: what tells it from other arrows between the same two. */
  readonly label?: string;
}

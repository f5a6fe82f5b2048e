// The nodes of a local cloud, and the streams in which its state stands: what `GET /_earwitness/nodes` answers.

export interface CloudNodes {
  /** Where the state stands: in the memory of the only node, or on a NATS server. */
  readonly backbone: 'memory' | 'nats';
  /** The server that this node speaks to; absent where there is none. */
  readonly server?: ServerState;
  readonly nodes: readonly NodeState[];
  readonly streams: readonly StreamState[];
  /** Why streams are not told: the server does not answer. */
  readonly problem?: string;
}

export interface ServerState {
  readonly name: string;
  readonly version: string;
  /** The cloud's name on it. */
  readonly cloud: string;
  /** Absent for a single one. */
  readonly cluster?: string;
  /** What may happen with this version, and how to mend it. */
  readonly caution?: string;
}

export interface NodeState {
  readonly name: string;
  /** Where it is found. */
  readonly address: string;
  /** Epoch ms. */
  readonly startedAt: number;
  /** Whether it is the one that answers. */
  readonly isThis: boolean;
  /** Shards of messages and work that it keeps. */
  readonly shards: number;
}

export interface StreamState {
  readonly name: string;
  readonly messages: number;
  readonly bytes: number;
  /** The servers that have it; one where there is one. */
  readonly copies: readonly CopyState[];
}

export interface CopyState {
  readonly server: string;
  readonly isLeader: boolean;
  /** Messages that it has to fetch yet. */
  readonly lag: number;
  /** False: it was not heard of, or is behind. */
  readonly isCurrent: boolean;
}

// What the services stand on.

import type { Backbone } from './backbone/backbone.ts';
import type { Clock } from './clock/clock.ts';
import type { Dispatch } from './dispatch.ts';
import type { Faults } from './faults/faults.ts';
import type { Ids } from './ids.ts';
import type { Journal } from './journal/journal.ts';
import type { Access } from './permissions/authorize.ts';
import type { StandIns } from './stand-ins/stand-ins.ts';

/** What every service is built on. Nothing of it is global: two local clouds can run in one process. */
export interface Platform {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly ids: Ids;
  readonly backbone: Backbone;
  readonly dispatch: Dispatch;
  /** What stands before destinations, so that they do not answer as they should. */
  readonly faults: Faults;
  /** Who may do what to which resource. */
  readonly access: Access;
  /** What is not served, and stands in for the real thing. */
  readonly standIns: StandIns;
  /** Where this cloud can be reached; known before the first call. */
  readonly address: Address;
  /** Where a caller acts whose request does not tell. */
  readonly home: Home;
  /** PEM certificates that our own HTTPS requests trust, this cloud's authority among them. Left out: the system's. */
  readonly trustedRoots?: () => Promise<readonly string[]>;
}

export interface Home {
  /** 12 digits. */
  readonly account: string;
  readonly region: string;
}

export interface Address {
  /** `http://127.0.0.1:PORT`: AWS endpoint, API Gateway, Momento over plain HTTP and h2c. */
  readonly http: string;
  /** `https://127.0.0.1:PORT`: the same over TLS (ALPN h2 and http/1.1). */
  readonly https: string;
  /** PEM file of all roots that clients of `https` have to trust; absent where nothing listens. */
  readonly rootsFile?: string;
  /** What `grpc_proxy` names, where gRPC clients have to ask for names that this machine does not resolve. */
  readonly grpcProxy?: string;
}

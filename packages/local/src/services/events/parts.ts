// What the operations of EventBridge share.
import type { Deliveries } from '../../delivery/deliveries.ts';
import type { HttpClient } from '../../destinations/http-client.ts';
import type { Platform } from '../../platform.ts';
import type { Archives } from './archive.ts';
import type { Buses } from './bus.ts';
import type { ApiDestinations } from './connections/api-destination.ts';
import type { Connections } from './connections/connection.ts';
import type { Ingest } from './ingest.ts';
import type { Replays } from './replay.ts';
import type { Rules } from './rule.ts';

export interface Parts {
  readonly platform: Platform;
  readonly buses: Buses;
  readonly rules: Rules;
  readonly connections: Connections;
  readonly apiDestinations: ApiDestinations;
  readonly archives: Archives;
  readonly replays: Replays;
  readonly ingest: Ingest;
  readonly deliveries: Pick<Deliveries, 'put'>;
  readonly http: HttpClient;
}

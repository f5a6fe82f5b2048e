// EventBridge's parts, as its operations see them.
import type { Deliveries } from '../../delivery/deliveries.ts';
import type { HttpClient } from '../../destinations/http-client.ts';
import type { Ground } from '../../service.ts';
import type { ApiDestinations } from './api-destination.ts';
import type { Buses } from './bus.ts';
import type { Connections } from './connection.ts';
import type { Ingest } from './ingest.ts';
import type { Rules } from './rule.ts';

export interface Events {
  readonly ground: Ground;
  readonly buses: Buses;
  readonly rules: Rules;
  readonly connections: Connections;
  readonly apiDestinations: ApiDestinations;
  readonly ingest: Ingest;
  readonly deliveries: Pick<Deliveries, 'put'>;
  readonly http: HttpClient;
}

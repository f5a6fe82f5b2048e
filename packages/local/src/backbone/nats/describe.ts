// What a person may ask of a cloud's server: which one it is, and how its streams are.
import type { ServerState, StreamState } from '@earwitness/protocol/internal/admin/cloud-nodes';
import { askApi } from './api.ts';
import type { Link } from './link.ts';
import { isAtLeast } from './version.ts';

/** Ours: streams that are told of, at most. */
const MAX_STREAMS = 10_000;
/**
 * First server of which a cluster has the same messages everywhere after one was killed. Source: nats-server, pull
 * requests 4212, 4365 and 5179; what was seen before is in findings/nats-cluster-restarts.sh.
 */
const RESTARTS_WELL = [2, 10, 12] as const;

export function describeServer(link: Link, cloud: string): ServerState {
  const { server_name: name = '', version = '', cluster } = { server_name: '', ...link.nc.info };
  const caution = `A server of this cluster that is killed may come back with other messages than the others have, and keep them: NATS ${version} is older than ${RESTARTS_WELL.join('.')}.`;
  return { name, version, cloud, ...(cluster && { cluster, ...(!isAtLeast(version, RESTARTS_WELL) && { caution }) }) };
}

/** @throws ServerAway */
export async function describeStreams(link: Link, cloud: string): Promise<StreamState[]> {
  const found: StreamState[] = [];
  for (;;) {
    const body = { subject: `${cloud}.>`, offset: found.length };
    const answer = await askApi(link, 'STREAM.LIST', body, { isPatient: false });
    const { streams, total } = Object(answer.is === 'done' ? answer.body : {});
    const page: StreamState[] = Array.isArray(streams) ? streams.map((one) => streamState(one, cloud)) : [];
    found.push(...page);
    if (page.length === 0 || found.length >= Number(total ?? 0) || found.length >= MAX_STREAMS) return found;
  }
}

/** Source: nats-server v2.9.10, server/stream.go, StreamInfo and ClusterInfo. */
function streamState(info: unknown, cloud: string): StreamState {
  const { config, state, cluster } = Object(info);
  const { leader = '', replicas } = Object(cluster);
  const others: unknown[] = Array.isArray(replicas) ? replicas : [];
  return {
    name: String(Object(config).name).slice(cloud.length + 1),
    messages: Number(Object(state).messages ?? 0),
    bytes: Number(Object(state).bytes ?? 0),
    copies: [
      { server: String(leader), isLeader: true, lag: 0, isCurrent: true },
      ...others.map((other) => {
        const { name, current = false, offline = false, lag = 0 } = Object(other);
        return { server: String(name), isLeader: false, lag: Number(lag), isCurrent: current === true && !offline };
      }),
    ],
  };
}

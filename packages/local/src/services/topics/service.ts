// Momento: topics, and the caches that they live in. Not an AWS service: it has no model and no operations of the
// dispatcher, only doors (gRPC, and plain HTTP for API destinations and long polls).

import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { createCalls } from '../../http/grpc/calls.ts';
import { createGrpcDoor } from '../../http/grpc/door.ts';
import { createGrpcWebDoor } from '../../http/grpc/web-door.ts';
import type { Platform } from '../../platform.ts';
import type { Service } from '../../service.ts';
import { Faults } from './faults/faults.ts';
import { createItemsHttpDoor } from './items/http-door.ts';
import { createParts, type TopicsOptions } from './parts.ts';
import { grpcStatusOf } from './refusal.ts';
import { createTopicsHttpDoor } from './topic/http-door.ts';

export function createTopicsService(options: TopicsOptions): (platform: Platform) => Service {
  return (platform) => {
    const parts = createParts(platform, options);
    const faults = new Faults(platform.clock);
    const loadMethods = async () => {
      const { createMethods } = await import('./methods.ts');
      return createMethods(parts).map((method) => faults.wrap(method));
    };
    const statusOf = (error: unknown) => (error instanceof ServiceError ? grpcStatusOf(error) : undefined);
    const { clock, journal } = platform;
    const calls = createCalls({ loadMethods, statusOf, journal });
    return {
      name: 'topics',
      doors: [
        createTopicsHttpDoor(parts),
        createItemsHttpDoor(parts),
        createGrpcWebDoor({ name: 'topics over gRPC-web', calls, clock }),
      ],
      streamDoors: [createGrpcDoor({ name: 'topics over gRPC', calls, clock })],
      reset() {
        parts.items.reset();
        faults.reset();
      },
      purge: () => parts.items.flush(),
      close() {
        parts.topics.close();
        parts.webhooks.close();
      },
    };
  };
}

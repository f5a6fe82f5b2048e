// Endpoints that nothing here serves (mail, text messages, mobile push, Firehose): they are recorded what they would
// have received, and nothing more happens there.
import type { Platform } from '../../../platform.ts';
import type { Message } from '../message/message.ts';
import type { Endpoint } from './endpoint.ts';

export function createStandInEndpoint({ standIns }: Platform): Endpoint {
  return {
    async attempt({ message, subscription }, { body }) {
      const { protocol, endpoint } = subscription;
      const traceId = traceOf(message);
      if (endpoint.startsWith('arn:')) standIns.receive({ via: 'destination', arn: endpoint, input: body, ...traceId });
      else standIns.receive({ via: 'destination', of: { name: endpoint, type: protocol }, input: body, ...traceId });
      return { kind: 'delivered' };
    },
  };
}

function traceOf({ traceId }: Message) {
  return traceId === undefined ? {} : { traceId };
}

// A partner's server as a test scripts it: where API destinations and functions of the local cloud send their requests.
// What it received is awaited as events are, with the same expectations and pages. Loaded when it is first called.
import { demandLocal } from '../local-cloud.ts';
import type { FakeDestination, FakeDestinationOptions } from './destination.ts';

/**
 * Starts a server on 127.0.0.1, in the test's own process. Resolves once it listens.
 * @throws NotLocalError on AWS, from where nothing reaches 127.0.0.1, unless there is a `publicUrl`
 * @throws ConfigurationError when the port cannot be listened on, or an option is none
 * @example
 * await using partner = await fakeDestination({ port: 4599, answers: [500, 500, 200] });
 * await createOrder({ id });
 * await partner.waitForRequestMatching({ method: 'POST', body: { orderId: id } });
 */
export async function fakeDestination(options: FakeDestinationOptions = {}): Promise<FakeDestination> {
  if (options.publicUrl === undefined) {
    demandLocal('fakeDestination()', {
      why: 'AWS cannot reach a server on 127.0.0.1',
      instead:
        "give the stack the partner's own test system, or open a tunnel to a port and name its address as publicUrl",
    });
  }
  const { openDestination } = await import('./destination.ts');
  return openDestination(options);
}

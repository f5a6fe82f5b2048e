// The number of the form in which a cloud is stored: what another version wrote is not read by guessing.
import { FORMAT } from '../shared/backbone.ts';
import { type Server, WrongLast } from '../shared/server.ts';
import { BackboneError } from './problem.ts';

const SUBJECT = 'format.number';

/** Writes the number into a new cloud, and refuses one of another. @throws BackboneError, ServerAway */
export async function checkFormat(server: Server, cloud: string): Promise<void> {
  const stream = await server.stream('format');
  let known = await stream.newest(SUBJECT);
  if (!known) {
    const data = new TextEncoder().encode(String(FORMAT));
    try {
      await stream.publish(SUBJECT, data, { lastOfSubject: 0 });
      return;
    } catch (error) {
      if (!(error instanceof WrongLast)) throw error;
      known = await stream.newest(SUBJECT);
    }
  }
  const number = new TextDecoder().decode(known?.data);
  if (number === String(FORMAT)) return;
  throw new BackboneError(
    `backbone: the cloud '${cloud}' is stored in format ${number}, and this version of Earwitness has format ${FORMAT}. Use the version that wrote it, or give the cloud another name in the address: nats://…/NAME.`,
  );
}

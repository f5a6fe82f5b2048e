// Takes the ports that a local cloud listens on: all of them or none.
import { type AddressInfo, createServer, type Server } from 'node:net';
import { OptionError } from './guard.ts';

/** A port that is taken but not answered yet: connections wait. */
export interface Bound {
  readonly server: Server;
  readonly port: number;
}

/**
 * Takes a port.
 * @throws Error that says which port is taken and what to do; OptionError when there is no such address or port to
 * listen on.
 */
function bindPort(host: string, port: number): Promise<Bound> {
  return new Promise((resolve, reject) => {
    const server = createServer({ noDelay: true });
    server.once('error', (error: NodeJS.ErrnoException) => {
      const { code } = error;
      if (code === 'EADDRINUSE') reject(portTaken(host, port, error));
      else
        reject(new OptionError(`This machine cannot listen on port ${port} of ${host} (${code}).`, { cause: error }));
    });
    server.listen(port, host, () => resolve({ server, port: (server.address() as AddressInfo).port }));
  });
}

function portTaken(host: string, port: number, cause: Error): Error {
  return new Error(
    `Port ${port} on ${host} is already in use, perhaps by another Earwitness. Choose another port, or 0 for any free one.`,
    { cause },
  );
}

export interface PortsWanted {
  /** Plain HTTP; 0: any free one. */
  readonly port: number;
  /** TLS; 0: any free one. */
  readonly tlsPort: number;
  /** TLS instead, unless it is in use: the one of the last start. */
  readonly lastTlsPort?: number | undefined;
  /** A further one for plain HTTP. */
  readonly momentoLocalPort?: number | undefined;
  /** One for `/block` and `/unblock`; 0: any free one. */
  readonly momentoAdminPort?: number | undefined;
}

export interface Ports {
  readonly plain: Bound;
  readonly tls: Bound;
  readonly momentoLocal?: Bound;
  readonly momentoAdmin?: Bound;
}

/** @throws as `bindPort`; no port is taken then */
export async function bindPorts(host: string, wanted: PortsWanted): Promise<Ports> {
  const taken: Bound[] = [];
  const take = async (port: number) => {
    const bound = await bindPort(host, port);
    taken.push(bound);
    return bound;
  };
  try {
    const { lastTlsPort, momentoLocalPort, momentoAdminPort } = wanted;
    const plain = await take(wanted.port);
    const last = lastTlsPort === undefined ? undefined : await take(lastTlsPort).catch(() => undefined);
    const tls = last ?? (await take(wanted.tlsPort));
    const isFurther = momentoLocalPort !== undefined && momentoLocalPort !== plain.port;
    return {
      plain,
      tls,
      ...(isFurther && { momentoLocal: await take(momentoLocalPort) }),
      ...(momentoAdminPort !== undefined && { momentoAdmin: await take(momentoAdminPort) }),
    };
  } catch (error) {
    for (const { server } of taken) server.close();
    throw error;
  }
}

/** Gives the ports free that nothing answers on. */
export function releasePorts({ plain, tls, momentoLocal, momentoAdmin }: Ports): void {
  for (const bound of [plain, tls, momentoLocal, momentoAdmin]) bound?.server.close();
}

// The server of a shared backbone as a person asks for it: one that runs somewhere (`backbone`), or one of our own on a
// folder (`data`).
import { type NatsOptions, readAddress } from './address.ts';
import type { WireClock } from './link.ts';
import { startOwnServer } from './own-server.ts';
import { connectNats, type NatsServer } from './server.ts';

export interface ServerWanted {
  /** An address, or an address with what belongs to it. */
  readonly backbone?: string | NatsOptions | undefined;
  /** A folder. */
  readonly data?: string | undefined;
  readonly clock: WireClock;
  /** Is told what a person should know of a server of our own. */
  readonly say: (sentence: string) => void;
}

/** @throws BackboneError */
export async function openServer({ backbone, data, clock, say }: ServerWanted): Promise<NatsServer> {
  if (backbone !== undefined) return connectNats(await readAddress(backbone), { clock });
  if (data === undefined) throw new Error('Neither a backbone nor a folder is named.');
  const own = await startOwnServer(data, { clock, say });
  try {
    const server = await connectNats(await readAddress(own.url), { clock });
    return {
      ...server,
      async close() {
        await server.close();
        await own.close();
      },
    };
  } catch (error) {
    await own.close();
    throw error;
  }
}

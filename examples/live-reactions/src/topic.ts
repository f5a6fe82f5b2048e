// How a page comes to the topic: the server gives it a token that may do one thing, for half an hour.
import { CredentialProvider, TopicClient, TopicConfigurations } from '@gomomento/sdk-web';

/** What `/token/stage` and `/token/phone` answer. */
export interface Ticket {
  readonly token: string;
  readonly cache: string;
  readonly topic: string;
  /** Where Momento is, when it is not where the token says: on this machine browsers take the plain door. */
  readonly endpoint?: string;
}

export interface Seat {
  readonly client: TopicClient;
  readonly cache: string;
  readonly topic: string;
}

/** @throws Error when the server gives no token */
export async function takeSeat(role: 'stage' | 'phone'): Promise<Seat> {
  const response = await fetch(`/token/${role}`, { method: 'POST' });
  if (!response.ok) throw new Error(await response.text());
  const { token, endpoint, cache, topic } = (await response.json()) as Ticket;
  const endpointOverrides = endpoint && {
    endpointOverrides: { cacheEndpoint: endpoint, controlEndpoint: endpoint, tokenEndpoint: endpoint },
  };
  const credentialProvider = CredentialProvider.fromDisposableToken({ authToken: token, ...endpointOverrides });
  const configuration = TopicConfigurations.Default.latest();
  return { client: new TopicClient({ configuration, credentialProvider }), cache, topic };
}

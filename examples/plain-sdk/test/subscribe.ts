// A subscription as people write it by hand: Momento's SDK, RxJS and lodash. Nothing here knows of Earwitness.
import { CredentialProvider, TopicClient, TopicConfigurations, TopicSubscribe } from '@gomomento/sdk';
import lodash from 'lodash';
import { filter, firstValueFrom, ReplaySubject } from 'rxjs';

export async function subscribe(cache: string, topic: string) {
  const messages = new ReplaySubject<object>(100);
  const client = new TopicClient({
    configuration: TopicConfigurations.Default.latest(),
    credentialProvider: CredentialProvider.fromEnvironmentVariable({ environmentVariableName: 'MOMENTO_API_KEY' }),
  });
  const subscription = await client.subscribe(cache, topic, {
    onItem: (item) => messages.next(JSON.parse(item.valueString())),
    onError: (error) => messages.error(error),
  });
  if (!(subscription instanceof TopicSubscribe.Subscription))
    throw new Error(`No subscription: ${subscription.toString()}`);
  return {
    waitForMessageMatching: (expected: object) =>
      firstValueFrom(messages.pipe(filter((message) => lodash.isMatch(message, expected)))),
    close: () => subscription.unsubscribe(),
  };
}

// What a program does with one of Momento's clients, for one cell of the matrix: makes it, subscribes, publishes, hears.
// Plain JavaScript of its own: it runs in Node beside old SDKs, under jsdom, and bundled in a browser.

/**
 * @param sdk the module `@gomomento/sdk` or `@gomomento/sdk-web`
 * @param env the variables of a local cloud; `MOMENTO_API_KEY` is set to the key of the cell's form
 * @param cell `{ form, way, isWeb }`; form `none` is `forMomentoLocal`
 * @returns 'works', or what the client said
 */
export async function tryClient(sdk, env, cell) {
  env.MOMENTO_API_KEY = env[`MOMENTO_${cell.form.toUpperCase()}_API_KEY`];
  const { TopicClient, TopicConfigurations, TopicPublish, TopicSubscribe } = sdk;
  try {
    const credentialProvider = makeProvider(sdk.CredentialProvider, env, cell);
    const client = new TopicClient({ credentialProvider, configuration: TopicConfigurations.Default.latest() });
    let hear = () => {};
    const heard = new Promise((resolve) => {
      hear = resolve;
    });
    const topic = `${cell.form}-${cell.way}`;
    const subscription = await client.subscribe(env.CACHE_NAME, topic, {
      onItem: (item) => hear(item.value()),
      onError: (error) => hear(`onError: ${error.message()}`),
    });
    if (!(subscription instanceof TopicSubscribe.Subscription)) return subscription.message();
    const published = await client.publish(env.CACHE_NAME, topic, 'works');
    const answer = published instanceof TopicPublish.Success ? await heard : published.message();
    subscription.unsubscribe();
    return answer;
  } catch (error) {
    return error.message;
  }
}

function makeProvider(CredentialProvider, env, { form, way, isWeb }) {
  const endpointOverrides = way === 'option' ? overridesOf(env, isWeb) : undefined;
  if (form === 'none') {
    return CredentialProvider.forMomentoLocal(
      isWeb ? { endpointOverrides } : { hostname: env.MOMENTO_HOSTNAME, port: Number(env.MOMENTO_PORT) },
    );
  }
  if (form === 'v2' && way !== 'option') {
    const { MOMENTO_API_KEY: apiKey, MOMENTO_ENDPOINT: endpoint } = env;
    return isWeb ? CredentialProvider.fromApiKeyV2({ apiKey, endpoint }) : CredentialProvider.fromEnvVarV2();
  }
  return isWeb
    ? CredentialProvider.fromString({ apiKey: env.MOMENTO_API_KEY, endpointOverrides })
    : CredentialProvider.fromEnvironmentVariable({ environmentVariableName: 'MOMENTO_API_KEY', endpointOverrides });
}

function overridesOf(env, isWeb) {
  const where = isWeb ? env.MOMENTO_HTTP_ENDPOINT : env.MOMENTO_ENDPOINT;
  // The last one is what old SDKs ask for, too.
  return { cacheEndpoint: where, controlEndpoint: where, tokenEndpoint: where, vectorEndpoint: where };
}

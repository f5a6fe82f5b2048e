// AWS's SDKs as the verbs use them: optional packages, by the credentials, region and endpoint of the environment.
import { ConfigurationError, EarwitnessError } from '../errors.ts';
import { TransportError } from '../hearing/transport.ts';
import { isMissingPackage } from '../missing-package.ts';
import { advise } from '../transport/advise.ts';

/**
 * Loads a package that the project may lack.
 * @param call what the test called: `cloud.invoke()`
 * @throws ConfigurationError when it is not installed
 */
export async function loadSdk<Sdk>(call: string, name: string, load: () => Promise<Sdk>): Promise<Sdk> {
  try {
    return await load();
  } catch (cause) {
    if (!isMissingPackage(cause)) throw cause;
    throw new ConfigurationError(`${call} needs the package ${name}: npm install -D ${name}`, { cause });
  }
}

/**
 * Makes a call with a client of its own, which keeps no connection afterwards.
 * @throws TransportError in AWS's own sentence, with its error's name as `code`
 */
export async function callAws<Client extends { destroy(): void }, Output>(
  call: string,
  client: Client,
  ask: (client: Client) => Promise<Output>,
): Promise<Output> {
  try {
    return await ask(client);
  } catch (error) {
    // What `ask` itself has to say.
    if (error instanceof EarwitnessError) throw error;
    const cause = withoutResponse(error instanceof Error ? error : new Error(String(error)));
    const { name, message } = cause;
    throw new TransportError(advise(`${call}: ${message}`, remedyFor(name)), { code: name, cause });
  } finally {
    client.destroy();
  }
}

/**
 * What the service answered with is pages of sockets, it cannot be taken off the SDK's error, and runners print all
 * that a cause has, hidden or not: so the cause is a copy without it.
 */
function withoutResponse(error: Error): Error {
  const { $response: _, ...kept } = Object.getOwnPropertyDescriptors<Error & { $response?: unknown }>(error);
  const copy: Error = Object.create(Object.getPrototypeOf(error), kept);
  return copy;
}

function remedyFor(errorName: string): string {
  if (errorName === 'ResourceNotFoundException') {
    return 'On AWS a logical id is written with its stack: "stack.LogicalId"';
  }
  if (/Credentials|Token|Signature|AccessDenied|UnrecognizedClient/.test(errorName)) {
    return 'Check the AWS credentials of this process, and what they allow';
  }
  return '';
}

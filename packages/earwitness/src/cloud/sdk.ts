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
  } catch (cause) {
    // What `ask` itself has to say.
    if (cause instanceof EarwitnessError) throw cause;
    // What it was answered with is pages long, and runners print what they see of a cause.
    if (cause instanceof Error && '$response' in cause) {
      Object.defineProperty(cause, '$response', { enumerable: false });
    }
    const { name, message } = cause instanceof Error ? cause : new Error(String(cause));
    throw new TransportError(advise(`${call}: ${message}`, remedyFor(name)), { code: name, cause });
  } finally {
    client.destroy();
  }
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

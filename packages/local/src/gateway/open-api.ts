// The text of an OpenAPI document, for REST and for HTTP APIs: JSON or YAML. What the document says is their own
// affair. Refuses text that is neither, and a document that is not an object.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';

/** @throws ServiceError `BadRequestException` */
export async function parseOpenApi(text: string): Promise<Readonly<Record<string, unknown>>> {
  // The room of YAML loads a package, which JSON does not need.
  const document = readJson(text) ?? (await import('../yaml/parse.ts')).parseYaml(text);
  if (isRecord(document)) return document;
  throw new ServiceError(
    'BadRequestException',
    'Unable to parse API definition because of a malformed document at the root.',
  );
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// Policy documents as IAM takes and returns them.
import { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import { type PolicyDocument, PolicySyntaxError, parsePolicy } from '@earwitness/protocol/internal/aws/policy/policy';

/**
 * Checks an identity policy.
 * @throws MalformedPolicyDocument
 */
export function checkDocument(text: string): void {
  for (const { principals, resources, actions } of parse(text).statements) {
    if (principals) throw malformed('Policy document should not specify a principal.');
    if (!resources) throw malformed('Policy statement must contain resources.');
    if (!actions.patterns.every((action) => action === '*' || /^[^:]+:[^:]+$/.test(action))) {
      throw malformed('Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.');
    }
    const stray = resources.patterns.find((resource) => resource !== '*' && !/^(arn:|\*.*:|\$\{)/.test(resource));
    if (stray !== undefined) throw malformed(`Resource ${stray} must be in ARN format or "*".`);
  }
}

/**
 * Checks a trust policy.
 * @throws MalformedPolicyDocument
 */
export function checkTrust(text: string): void {
  for (const { principals, resources } of parse(text).statements) {
    if (resources) throw malformed('Has prohibited field Resource');
    if (!principals) throw malformed('Missing required field Principal');
  }
}

function parse(text: string): PolicyDocument {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw malformed('This policy contains invalid Json');
  }
  try {
    return parsePolicy(document);
  } catch (error) {
    if (error instanceof PolicySyntaxError) throw malformed(`Syntax errors in policy. ${error.message}`);
    throw error;
  }
}

function malformed(message: string): ServiceError {
  return new ServiceError('MalformedPolicyDocument', message);
}

/** A document as IAM returns it: percent-encoded by RFC 3986. */
export function encodeDocument(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

// A service's refusal in SNS's terms: what the service's own fault is, is tried again; what is wrong with the request,
// the permission or the endpoint, is not. Source: SNS developer guide, "Message delivery retries", client-side and
// server-side errors, read 2026-11-28.
import type { ServiceError } from '@earwitness/protocol/internal/aws/errors';
import type { Outcome } from './endpoint.ts';

export function judge({ code, message, status = 400 }: ServiceError): Outcome {
  const reason = `${code}: ${message}`;
  const isThrottled = /throttl|toomanyrequests|requestlimit/i.test(code);
  const isServers = status >= 500 && status !== 501;
  return { kind: isThrottled || isServers ? 'retry' : 'refused', reason };
}

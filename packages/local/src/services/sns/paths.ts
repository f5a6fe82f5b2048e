// Which requests without a signature are for SNS: what has to be known before anything else of it is loaded.
import { type RequestHead, targetOf } from '../../http/door.ts';

/** Where the certificate of the key that signs messages is served. */
export function certificatePath(id: string): string {
  return `/SimpleNotificationService-${id}.pem`;
}

const CERTIFICATE = /^\/SimpleNotificationService-([0-9a-f]{32})\.pem$/;

/** The id in the path of a certificate. */
export function certificateIdOf(path: string): string | undefined {
  return CERTIFICATE.exec(path)?.[1];
}

/** Whether a query is that of a link in a message: it confirms a subscription, or ends it. */
function isLink(path: string, query: string): boolean {
  return path === '/' && /(?:^|&)Action=(ConfirmSubscription|Unsubscribe)(?:&|$)/.test(query);
}

/** Whether a request follows a link of a message, or asks for the certificate. */
export function isForLinks(request: RequestHead): boolean {
  const { path, query } = targetOf(request);
  if (certificateIdOf(path) !== undefined) return true;
  return isLink(path, query) && request.method === 'GET' && !isSigned(request, query);
}

function isSigned({ headers }: RequestHead, query: string): boolean {
  return headers['authorization'] !== undefined || query.includes('X-Amz-Credential=');
}

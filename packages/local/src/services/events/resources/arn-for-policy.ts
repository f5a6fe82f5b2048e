/** An ARN without its last part, a UUID: the form that IAM policies take. */
export function arnForPolicy(arn: string): string {
  return arn.slice(0, arn.lastIndexOf('/'));
}

// By what the journal's search knows a test's own: when it began, and since when no other test shared its process.
import { isInCompany } from '../../hearing/running-test/company.ts';
import type { Session } from '../../hearing/session.ts';
import type { Wait } from '../../hearing/wait.ts';
import type { TestMarks } from './findings.ts';

/** The marks of the test that waits. */
export function marksOfTest(session: Session, wait: Wait<never>): TestMarks {
  const beganAt = Math.max(session.openedAt, wait.test?.beganAt ?? 0);
  return {
    beganAt,
    aloneSince: Math.max(beganAt, aloneSince(session, wait)),
    ...(session.trace !== undefined && { trace: session.trace }),
  };
}

function aloneSince(session: Session, { test, followsAt }: Wait<never>): number {
  if (test?.isConcurrent ?? isInCompany(session)) return Number.POSITIVE_INFINITY;
  if (test?.beganAt !== undefined || isOpenedIn(session, test?.title)) return 0;
  // The subscription is that of several tests, and nobody says when this one began: an earlier wait may be another's.
  return followsAt;
}

/** Whether the test that waits has opened the subscription itself. */
function isOpenedIn({ test }: Session, title: string | undefined): boolean {
  return title !== undefined && test?.title === title;
}

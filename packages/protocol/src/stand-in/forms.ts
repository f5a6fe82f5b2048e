// The table of exact forms: the types that templates use most and that no service here makes.
import type { ExactForm } from './exact-form.ts';
import { DATA_FORMS } from './forms/data.ts';
import { IDENTITY_FORMS } from './forms/identity.ts';
import { MESSAGE_FORMS } from './forms/messages.ts';
import { NETWORK_FORMS } from './forms/network.ts';
import { OPERATION_FORMS } from './forms/operations.ts';
import { WEB_FORMS } from './forms/web.ts';

export const EXACT_FORMS: ReadonlyMap<string, ExactForm> = new Map(
  [MESSAGE_FORMS, DATA_FORMS, NETWORK_FORMS, WEB_FORMS, IDENTITY_FORMS, OPERATION_FORMS].flatMap((forms) =>
    Object.entries(forms),
  ),
);

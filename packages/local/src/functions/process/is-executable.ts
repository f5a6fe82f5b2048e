import { accessSync, constants } from 'node:fs';

/** Whether the user who runs this may run the file. */
export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

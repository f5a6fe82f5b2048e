// `earwitness ca`: the certificate of this user's local clouds, for browsers and other programs that have to trust it.
import { type UserAuthority, userAuthority } from '@earwitness/local';
import { type Line, line } from '../../printing/line.ts';
import { printData, say } from '../terminal.ts';

export interface CaOptions {
  readonly chromium?: boolean;
  readonly json?: boolean;
}

/** Prints where the certificate lies, and says what to do with it; or the one flag that Chromium takes. */
export async function ca({ chromium = false, json = false }: CaOptions): Promise<void> {
  const authority = await userAuthority();
  if (json) return printData(JSON.stringify(authority, undefined, 2));
  if (chromium) return printData(`--ignore-certificate-errors-spki-list=${authority.spki}`);
  printData(authority.file);
  say(...adviceOn(authority));
}

function adviceOn({ file, sha256 }: UserAuthority): Line[] {
  return [
    line``,
    line`SHA-256 ${sha256}`,
    line``,
    line`Chromium, Chrome and Edge take it for one window, and nothing on the machine changes:`,
    line`  chromium --user-data-dir="$(mktemp -d)" "$(npx earwitness ca --chromium)"`,
    line`The same for every window on Linux (certutil is in libnss3-tools):`,
    line`  certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n Earwitness -i ${file}`,
    line`Firefox: Settings, Privacy & Security, View Certificates, Authorities, Import.`,
    line`macOS:   security add-trusted-cert -r trustRoot -k ~/Library/Keychains/login.keychain-db ${file}`,
    line`Windows: certutil -user -addstore Root ${file}`,
  ];
}

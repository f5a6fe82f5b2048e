// IP addresses as the cloud compares them: as upper-case hexadecimal digits, 8 for IPv4 and 32 for IPv6, in a lexical
// range. So 0.0.0.0/0 matches ::1 and ::/0 matches 10.0.0.1; IPv6 with an embedded IPv4 address in dots is not an
// address here. Spellings are those of Java's InetAddress: 010.000.0.1 is 10.0.0.1, ::ffff:0a00:0001 is 10.0.0.1 too.

/** All addresses between two, in hexadecimal digits, both ends included. */
export interface AddressRange {
  readonly low: string;
  readonly high: string;
}

const IPV4 = /^[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+$/;
const IPV6 = /^[0-9a-fA-F]*:[0-9a-fA-F:]*$/;

/** Hexadecimal digits of an address literal; undefined for any other text. */
export function parseAddress(text: string): string | undefined {
  if (text.length > 100) return undefined;
  if (IPV4.test(text)) return parseIpv4(text);
  if (IPV6.test(text)) return parseIpv6(text);
  return undefined;
}

/**
 * Reads `10.0.0.0/8`; bits behind the mask are ignored.
 * @throws RangeError with the cloud's sentence.
 */
export function parseCidr(text: string): AddressRange {
  const [address, mask, ...more] = text.replace(/(?<!\/)\/+$/, '').split('/');
  if (address === undefined || mask === undefined || more.length > 0) {
    throw new RangeError("Malformed CIDR, one '/' required");
  }
  const bits = Number(mask);
  if (!/^[+-]?[0-9]+$/.test(mask) || bits > 0x7fffffff || bits < -0x80000000) {
    throw new RangeError('Malformed CIDR, mask bits must be an integer');
  }
  if (bits < 0) throw new RangeError('Malformed CIDR, mask bits must not be negative');
  if (!IPV4.test(address) && !IPV6.test(address)) throw new RangeError(`Nonstandard IP address: ${address}`);
  const digits = parseAddress(address);
  if (digits === undefined) throw new RangeError(`Invalid IP address: ${address}`);
  if (digits.length === 8 && bits > 31) throw new RangeError('IPv4 mask bits must be < 32');
  if (bits > 127) throw new RangeError('IPv6 mask bits must be < 128');
  const size = BigInt(digits.length * 4 - bits);
  const low = ((BigInt(`0x${digits}`) >> size) << size).toString(16);
  const high = (BigInt(`0x${digits}`) | ((1n << size) - 1n)).toString(16);
  return { low: hexadecimal(low, digits.length), high: hexadecimal(high, digits.length) };
}

/** True when the address lies in the range, digit by digit from the left. */
export function isInRange(digits: string, { low, high }: AddressRange): boolean {
  if (digits.length < low.length) return low.slice(0, digits.length) < digits && digits < high.slice(0, digits.length);
  const start = digits.slice(0, low.length);
  return low <= start && start <= high;
}

function hexadecimal(digits: string, length: number): string {
  return digits.toUpperCase().padStart(length, '0');
}

function parseIpv4(text: string): string | undefined {
  const octets = text.split('.').map(Number);
  if (text.length > 15 || octets.some((octet) => octet > 255)) return undefined;
  return octets.map((octet) => hexadecimal(octet.toString(16), 2)).join('');
}

function parseIpv6(text: string): string | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const groups = [...head, ...tail];
  if (groups.some((group) => group === '' || Number.parseInt(group, 16) > 0xffff)) return undefined;
  if (halves.length === 1 ? groups.length !== 8 : groups.length > 7) return undefined;
  const zeros = new Array<string>(8 - groups.length).fill('0');
  const digits = [...head, ...zeros, ...tail]
    .map((group) => hexadecimal(Number.parseInt(group, 16).toString(16), 4))
    .join('');
  // Java turns an IPv4-mapped address into the IPv4 address.
  return digits.startsWith(`${'0'.repeat(20)}FFFF`) ? digits.slice(24) : digits;
}

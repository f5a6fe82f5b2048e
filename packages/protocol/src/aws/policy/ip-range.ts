// Is an address in a range: `203.0.113.7` in `203.0.113.0/24`, `2001:db8::7` in `2001:DB8::/32`? Compared bit by bit.

/** @param range CIDR notation (RFC 4632, RFC 4291), or an address, a range of one; what is neither holds nothing */
export function isInRange(range: string, address: string): boolean {
  const [start = '', length] = range.split('/');
  const [wanted, given] = [bitsOf(start), bitsOf(address)];
  if (wanted === undefined || given?.length !== wanted.length) return false;
  if (length !== undefined && !/^\d{1,3}$/.test(length)) return false;
  const shared = length === undefined ? wanted.length : Number(length);
  return shared <= wanted.length && given.startsWith(wanted.slice(0, shared));
}

/** An address as 32 or 128 noughts and ones; `undefined` when it is none. */
function bitsOf(address: string): string | undefined {
  return address.includes(':') ? bitsOfV6(address) : bitsOfV4(address);
}

function bitsOfV4(address: string): string | undefined {
  const parts = address.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255)) return undefined;
  return parts.map((part) => Number(part).toString(2).padStart(8, '0')).join('');
}

function bitsOfV6(address: string): string | undefined {
  const [head = '', tail, ...more] = address.split('::');
  const [before, after] = [groupsOf(head), groupsOf(tail ?? '')];
  if (more.length > 0 || before === undefined || after === undefined) return undefined;
  const missing = 128 - before.length - after.length;
  // `::` stands for one group of noughts at least.
  if (tail === undefined ? missing !== 0 : missing < 16) return undefined;
  return before + '0'.repeat(missing) + after;
}

/** The bits of `2001:db8`, and of `ffff:203.0.113.7`, which ends with an address of version 4. */
function groupsOf(text: string): string | undefined {
  if (text === '') return '';
  let bits = '';
  for (const group of text.split(':')) {
    const more = group.includes('.')
      ? bitsOfV4(group)
      : /^[\da-f]{1,4}$/i.test(group)
        ? Number.parseInt(group, 16).toString(2).padStart(16, '0')
        : undefined;
    if (more === undefined) return undefined;
    bits += more;
  }
  return bits;
}

// Fn::Cidr: cuts an address block into `count` blocks of `32 - bits` (or 128 - bits) prefix length. Refuses what does
// not fit.

/** The blocks, or `undefined` when the arguments do not describe any. */
export function cidrBlocks(block: string, count: number, bits: number): string[] | undefined {
  const [address = '', prefixText = ''] = block.split('/');
  const width = address.includes(':') ? 128 : 32;
  const start = width === 32 ? parseIpv4(address) : parseIpv6(address);
  const prefix = width - bits;
  const outer = Number(prefixText);
  if (start === undefined || !/^\d+$/.test(prefixText) || outer > width) return undefined;
  if (!Number.isInteger(bits) || bits < 1 || prefix < outer) return undefined;
  if (!Number.isInteger(count) || count < 1 || count > 256 || BigInt(count) > 1n << BigInt(prefix - outer)) {
    return undefined;
  }
  const first = (start >> BigInt(width - outer)) << BigInt(width - outer);
  const format = width === 32 ? formatIpv4 : formatIpv6;
  return Array.from({ length: count }, (_, index) => `${format(first + (BigInt(index) << BigInt(bits)))}/${prefix}`);
}

function parseIpv4(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || parts.some((part) => !/^\d{1,3}$/.test(part) || Number(part) > 255)) return undefined;
  return parts.reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);
}

function formatIpv4(address: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => String((address >> shift) & 255n)).join('.');
}

function parseIpv6(text: string): bigint | undefined {
  const [head = '', tail, ...more] = text.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const missing = 8 - left.length - right.length;
  if (more.length > 0 || (tail === undefined ? missing !== 0 : missing < 1)) return undefined;
  const groups = [...left, ...Array.from({ length: missing }, () => '0'), ...right];
  if (groups.some((group) => !/^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return groups.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
}

function formatIpv6(address: bigint): string {
  const groups = Array.from({ length: 8 }, (_, index) =>
    ((address >> BigInt(112 - 16 * index)) & 0xffffn).toString(16),
  );
  // The longest run of zero groups becomes `::`.
  const text = groups.join(':');
  const runs = text.match(/(?:^|(?<=:))0(?::0)+(?=:|$)/g) ?? [];
  const longest = runs.sort((a, b) => b.length - a.length)[0];
  if (longest === undefined) return text;
  const at = text.indexOf(longest);
  return `${text.slice(0, at).replace(/:$/, '')}::${text.slice(at + longest.length).replace(/^:/, '')}`;
}

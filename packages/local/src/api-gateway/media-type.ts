// Media types as a REST API's binaryMediaTypes lists them: `image/png`, `image/*`, `*/*`.

export function matchesMediaType(types: readonly string[], value: string | undefined): boolean {
  const given = value?.split(';')[0]?.trim().toLowerCase();
  return types.some((type) => {
    if (type === '*/*') return true;
    if (given === undefined) return false;
    const wanted = type.toLowerCase();
    return wanted.endsWith('/*') ? given.startsWith(wanted.slice(0, -1)) : given === wanted;
  });
}

/**
 * Every number of a benchmark's JSON by its path. Names of its first level with a dot in them are whole; others belong to the
 * benchmark and get its name before them.
 */
export function flattenFigures(bench: string, written: object): Record<string, number> {
  const found: Record<string, number> = {};
  const visit = (path: string, value: unknown) => {
    if (typeof value === 'number' && Number.isFinite(value)) found[path] = value;
    else if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value)) visit(`${path}.${key}`, inner);
    }
  };
  for (const [key, value] of Object.entries(written))
    visit(key.includes('.') ? key : `${bench}.${key}`, value);
  return found;
}

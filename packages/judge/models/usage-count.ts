/** One part of a usage report under its own name; nothing when it is absent or zero. */
export function readCount<Name extends string>(
  name: Name,
  value: unknown,
): { readonly [K in Name]?: number } {
  return typeof value === 'number' && value > 0 ? ({ [name]: value } as { [K in Name]: number }) : {};
}

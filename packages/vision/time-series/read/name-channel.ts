const WITH_UNIT = /^(.*\S)\s*[([]\s*([^()[\]]{1,20}?)\s*[)\]]$/;
const LONGEST = 120;

/** `Pressure (bar)` or `Pressure [bar]` → its name and its unit; a column without a name is called by its number. */
export function nameChannel(
  header: string,
  column: number,
  statedUnit?: string,
): { readonly name: string; readonly unit?: string } {
  const text = header
    .replaceAll(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, LONGEST);
  const match = WITH_UNIT.exec(text);
  const unit = statedUnit?.trim().slice(0, 20) || match?.[2];
  const name = statedUnit === undefined ? (match?.[1] ?? text) : text;
  return { name: name === '' ? `column ${column + 1}` : name, ...(unit === undefined ? {} : { unit }) };
}

/** Fields of one line of CSV (RFC 4180); a quoted field may hold commas and doubled quotes, but no line break. */
export function parseCsvLine(line: string): string[] {
  const fields: string[] = [];
  const pattern = /(?:"((?:[^"]|"")*)"|([^,]*))(,|$)/y;
  for (let at = 0; at <= line.length; at = pattern.lastIndex) {
    pattern.lastIndex = at;
    const found = pattern.exec(line);
    // A quote that is not closed: the rest is one field.
    if (!found) return [...fields, line.slice(at)];
    fields.push(found[1]?.replaceAll('""', '"') ?? found[2] ?? '');
    if (found[3] === '') break;
  }
  return fields;
}

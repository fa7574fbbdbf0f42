/** Name in the AWS account, for what is unique only there: `loupe-production-intake`. */
export function renderAccountName(name: string): string {
  return `${$app.name}-${$app.stage}-${name}`;
}

/** @throws Error unless the list has exactly one entry */
export function takeOnly<T>(list: readonly T[], what: string): T {
  const [only] = list;
  if (only === undefined || list.length > 1) {
    throw new Error(`The functions know one ${what}, but the resource list has ${list.length}.`);
  }
  return only;
}

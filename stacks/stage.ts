const PERMANENT = ['staging', 'production'];

/** Whether a stage keeps its data: it is protected from removal, and its table from deletion. */
export function isPermanent(stage: string): boolean {
  return PERMANENT.includes(stage);
}

/** @throws Error for a stage that cannot be part of an API key (`LOUPE_STAGE`) */
export function requireStageName(stage: string): void {
  if (/^[a-z0-9]{1,20}$/.test(stage)) return;
  throw new Error(
    `The stage "${stage}" becomes part of every API key, so it may have lower-case letters and digits alone, ` +
      'at most 20. Name another with --stage.',
  );
}

/** The keys of the HMACs over API keys, tokens and cursors. */
export interface Peppers {
  /** Makes and proves. */
  readonly secret: string;
  /** The one before: still proves, as long as the deployment is told it. */
  readonly previousSecret?: string | undefined;
}

/** Every pepper that proves, today's first. */
export function listPeppers({ secret, previousSecret }: Peppers): readonly string[] {
  return previousSecret === undefined ? [secret] : [secret, previousSecret];
}

/** Says so and never answers. */
export async function handler(): Promise<void> {
  process.stdout.write('stuck\n');
  await new Promise(() => undefined);
}

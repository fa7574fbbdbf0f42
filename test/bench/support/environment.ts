/** Gives this process the variables that the functions read when they are loaded. */
export function adoptEnvironment(variables: Readonly<Record<string, string>>): void {
  Object.assign(process.env, variables);
}

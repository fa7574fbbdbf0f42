/** Name of a component in the deployment's state: `intake-dead` becomes `IntakeDead`. */
export function renderComponentName(name: string): string {
  return name
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}

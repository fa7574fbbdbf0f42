import type { RequestData } from './types.ts';

interface UpdateSection {
  readonly type: string;
  readonly path: readonly (string | number)[];
}

/**
 * Puts the REMOVEs of a parsed update expression last and, among them, higher list positions first. DynamoDB
 * means every position as it was before the update; the engine applies them one after the other, so an
 * earlier removal would shift the later ones.
 */
export function orderRemovals(data: RequestData): void {
  const updates = data._updates as { sections: UpdateSection[] } | undefined;
  if (updates === undefined) return;
  const removals = updates.sections.filter(isRemoval).sort(compareLaterFirst);
  updates.sections = [...updates.sections.filter((section) => !isRemoval(section)), ...removals];
}

function isRemoval({ type }: UpdateSection): boolean {
  return type === 'remove';
}

function compareLaterFirst(a: UpdateSection, b: UpdateSection): number {
  for (const [position, step] of a.path.entries()) {
    const other = b.path[position];
    if (typeof step === 'number' && typeof other === 'number' && step !== other) return other - step;
  }
  return b.path.length - a.path.length;
}

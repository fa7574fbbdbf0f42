import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Folders whose files take longest, in the order in which they start: begun last, one of them would run alone at the end. */
const FIRST = ['test/faults/', 'test/isolation/', 'test/fuzz/', 'test/acceptance/', 'packages/vision/'];

/** Vitest's own order, by size where a checkout is fresh, behind the files that are known to take long. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => rank(one.moduleId) - rank(other.moduleId));
  }
}

function rank(moduleId: string): number {
  const place = FIRST.findIndex((folder) => moduleId.includes(folder));
  return place === -1 ? FIRST.length : place;
}

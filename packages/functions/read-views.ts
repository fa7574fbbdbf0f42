import type { TenantScope } from '@loupe/core/platform';
import { locateFrame, locateSource, type Sample, type StoredView } from '@loupe/core/sample';
import type { SourcedView } from '@loupe/judge';
import type { Geometry, View } from '@loupe/vision';

/** Stored views with their bytes. */
export function readViews(scope: TenantScope, views: readonly StoredView[]): Promise<View[]> {
  return Promise.all(
    views.map(async (view) => ({
      mediaType: view.mediaType,
      bytes: await scope.bucket.get(view.path),
      widthPx: view.widthPx,
      heightPx: view.heightPx,
      geometry: view.geometry as Geometry,
    })),
  );
}

/** The largest original that is read for parts of it. */
const MOST_SOURCE_BYTES = 100 * 2 ** 20;

/** Views of a sample that know its original, or the frames that are kept of it. */
export function addSource(
  scope: TenantScope,
  { id, bytes, keptFrames = [] }: Sample,
  views: readonly View[],
): SourcedView[] {
  const readSource = () => scope.bucket.get(locateSource(id));
  const readFrame = async (index: number) =>
    keptFrames.includes(index) ? scope.bucket.get(locateFrame(id, index)) : undefined;
  return views.map((view) => ({ ...view, readFrame, ...(bytes <= MOST_SOURCE_BYTES && { readSource }) }));
}

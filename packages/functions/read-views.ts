import type { TenantScope } from '@loupe/core/platform';
import { locateSource, type Sample, type StoredView } from '@loupe/core/sample';
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

/** Views of a sample that know its original. */
export function addSource(scope: TenantScope, { id, bytes }: Sample, views: readonly View[]): SourcedView[] {
  if (bytes > MOST_SOURCE_BYTES) return [...views];
  return views.map((view) => ({ ...view, readSource: () => scope.bucket.get(locateSource(id)) }));
}

import type { TenantScope } from '@loupe/core/platform';
import type { StoredView } from '@loupe/core/sample';
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

import type { TenantScope } from '@loupe/core/platform';
import { locateSource, type Sample, sampleKind } from '@loupe/core/sample';
import type { Geometry, ReferenceSample } from '@loupe/vision';

/** Series that bands and what is usual are taken from; more would only make the conversion slower. */
const MOST_SERIES = 4;
/** Files of references that a conversion holds beside the sample's own. */
const MOST_BYTES = 64 * 2 ** 20;

/**
 * The normal samples that a sample's views are made to compare with, as its conversion takes them: the first cloud, or up to four
 * series, with their files.
 */
export async function readReferences(
  scope: TenantScope,
  { referenceIds = [] }: Sample,
): Promise<readonly ReferenceSample[]> {
  if (referenceIds.length === 0) return [];
  const samples = await scope.table.getMany(sampleKind, referenceIds);
  const references: ReferenceSample[] = [];
  let bytes = 0;
  for (const sample of samples) {
    if (sample?.state !== 'READY') continue;
    const views = sample.views.map(({ geometry, widthPx, heightPx }) => ({
      geometry: geometry as Geometry,
      widthPx,
      heightPx,
    }));
    const most = sample.modality === 'POINT_CLOUD' ? 1 : sample.modality === 'TIME_SERIES' ? MOST_SERIES : 0;
    if (references.length >= most) continue;
    bytes += sample.bytes;
    if (bytes > MOST_BYTES) {
      references.push({ views });
      break;
    }
    const source = {
      bytes: await scope.bucket.get(locateSource(sample.id)),
      mediaType: sample.mediaType ?? sample.contentType,
    };
    references.push({ views, source });
  }
  return references;
}

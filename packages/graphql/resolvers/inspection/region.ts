import type { Geometry } from '@loupe/vision';
import { findSource } from '@loupe/vision/place';
import type { RegionResolvers } from '../../generated/types.ts';
import { loadExisting } from '../../loaders.ts';

export const region: RegionResolvers = {
  mask: ({ mask }) => (mask === undefined ? null : { runs: mask }),
  // Verdicts that were written before regions had a source have the embedded detector's.
  source: ({ source }) => source ?? 'DETECTOR',
  place: async ({ sampleId, view: position, ...rectangle }, _args, { loaders }) => {
    const { views } = await loadExisting(loaders().samples, sampleId);
    const view = views[position];
    if (view === undefined) return null;
    // The conversion wrote the geometry; the row keeps it as it came.
    return findSource({ ...view, geometry: view.geometry as Geometry }, rectangle) ?? null;
  },
};

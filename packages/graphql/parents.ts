import type { Verdict } from '@loupe/core/inspection';
import type { StoredView, ViewGeometry } from '@loupe/core/sample';

/** What the resolvers of `Verdict` work on. */
export type VerdictParent = Verdict;

/** What the resolvers of `View` work on. */
export type ViewParent = StoredView;

/** A view's geometry, of any modality: its fields are those the conversion wrote. */
export type GeometryParent = ViewGeometry;

import type { CurrentDecision } from '@loupe/core/calibration';
import type { Evaluation, Variant } from '@loupe/core/evaluation';
import type { ExportFile } from '@loupe/core/export';
import type { Region, Verdict } from '@loupe/core/inspection';
import type { ProfileVersion } from '@loupe/core/profile';
import type { StoredView, ViewGeometry } from '@loupe/core/sample';

/** What the resolvers of `Verdict` work on. */
export interface VerdictParent extends Verdict {
  readonly sampleId: string;
}

/** What the resolvers of `CurrentDecision` work on. */
export interface CurrentDecisionParent extends CurrentDecision {
  readonly profileVersion: ProfileVersion;
}

/** What the resolvers of `Region` work on. */
export interface RegionParent extends Region {
  readonly sampleId: string;
}

/** What the resolvers of `View` work on. */
export type ViewParent = StoredView;

/** A view's geometry, of any modality: its fields are those the conversion wrote. */
export type GeometryParent = ViewGeometry;

/** A variant and where it stands in its evaluation. */
export interface EvaluationVariantParent extends Variant {
  readonly evaluation: Evaluation;
  readonly position: number;
}

/** A file and the export it belongs to. */
export interface ExportFileParent extends ExportFile {
  readonly exportId: string;
}

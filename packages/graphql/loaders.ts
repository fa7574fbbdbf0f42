import { findLastUses, type TenantRequest } from '@loupe/core/access';
import { type Calibration, findCalibrations } from '@loupe/core/calibration';
import { type Dataset, type DatasetVersion, findDatasets, findDatasetVersions } from '@loupe/core/dataset';
import {
  countEvaluations,
  type Evaluation,
  type EvaluationCounts,
  findEvaluations,
} from '@loupe/core/evaluation';
import {
  countInspections,
  findInspections,
  type Inspection,
  type InspectionCounts,
} from '@loupe/core/inspection';
import { findProfiles, findProfileVersions, type Profile, type ProfileVersion } from '@loupe/core/profile';
import { findSamples, type Sample } from '@loupe/core/sample';
import DataLoader from 'dataloader';

/** Objects by id, each read once a request and many at a time. */
export interface Loaders {
  /** By profile. */
  readonly calibrations: DataLoader<string, Calibration | undefined>;
  readonly datasets: DataLoader<string, Dataset | undefined>;
  readonly datasetVersions: DataLoader<string, DatasetVersion | undefined>;
  readonly evaluations: DataLoader<string, Evaluation | undefined>;
  readonly evaluationCounts: DataLoader<string, EvaluationCounts | undefined>;
  readonly inspections: DataLoader<string, Inspection | undefined>;
  /** By profile. */
  readonly inspectionCounts: DataLoader<string, InspectionCounts | undefined>;
  readonly profiles: DataLoader<string, Profile | undefined>;
  readonly profileVersions: DataLoader<string, ProfileVersion | undefined>;
  /** When API keys were used last, in epoch ms. */
  readonly lastUses: DataLoader<string, number | undefined>;
  readonly samples: DataLoader<string, Sample | undefined>;
}

const MAX_BATCH = 100;

export function createLoaders(request: TenantRequest): Loaders {
  const create = <T>(find: (request: TenantRequest, ids: readonly string[]) => Promise<(T | undefined)[]>) =>
    new DataLoader<string, T | undefined>((ids) => find(request, ids), { maxBatchSize: MAX_BATCH });
  return {
    calibrations: create(findCalibrations),
    datasets: create(findDatasets),
    datasetVersions: create(findDatasetVersions),
    evaluations: create(findEvaluations),
    evaluationCounts: create(countEvaluations),
    inspections: create(findInspections),
    inspectionCounts: create(countInspections),
    profiles: create(findProfiles),
    profileVersions: create(findProfileVersions),
    lastUses: create(findLastUses),
    samples: create(findSamples),
  };
}

/** For an object that another one points to. @throws Error when it is missing after all */
export async function loadExisting<T>(loader: DataLoader<string, T | undefined>, id: string): Promise<T> {
  const found = await loader.load(id);
  if (found === undefined) throw new Error(`The object ${id} is pointed to and has no row.`);
  return found;
}

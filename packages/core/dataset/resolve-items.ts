import type { TenantScope } from '../platform/index.ts';
import { type Sample, sampleKind } from '../sample/index.ts';
import type { Fault } from './bad-lines.ts';
import type { DatasetItem } from './entity.ts';
import type { ParsedItem } from './formats.ts';

/** Samples looked up one batch after the other, and such pages at once. */
const PAGE = 500;
const PAGES_AT_ONCE = 16;

/** What an item needs of its sample. */
type FoundSample = Pick<Sample, 'id' | 'state' | 'etag'>;

type FindSample = (file: string) => FoundSample | undefined;

/**
 * Finds the samples of items.
 *
 * @param idOf the sample that a file name stands for
 * @returns for each the item with its samples, or what is wrong with it
 */
export async function resolveItems(
  scope: TenantScope,
  items: readonly ParsedItem[],
  idOf: (file: string) => string,
): Promise<(DatasetItem | Fault)[]> {
  const ids = items.flatMap(({ file, maskFile, furtherMaskFiles = [], referenceFiles = [] }) =>
    [file, maskFile, ...furtherMaskFiles, ...referenceFiles].flatMap((one) =>
      one === undefined ? [] : [idOf(one)],
    ),
  );
  const samples = await findSamples(scope, [...new Set(ids)]);
  return items.map((item) => resolveItem(item, (file) => samples.get(idOf(file))));
}

async function findSamples(
  scope: TenantScope,
  ids: readonly string[],
): Promise<ReadonlyMap<string, FoundSample>> {
  const samples = new Map<string, FoundSample>();
  const find = async (page: readonly string[]) => {
    for (const sample of await scope.table.pickMany(sampleKind, page, ['id', 'state', 'etag'])) {
      if (sample) samples.set(sample.id, sample);
    }
  };
  for (let from = 0; from < ids.length; from += PAGES_AT_ONCE * PAGE) {
    const pages = Array.from({ length: PAGES_AT_ONCE }, (_, i) =>
      ids.slice(from + i * PAGE, from + (i + 1) * PAGE),
    );
    await Promise.all(pages.map(find));
  }
  return samples;
}

/** The item with its samples, or what is wrong with it. A mask that was not uploaded is left out. */
function resolveItem(item: ParsedItem, find: FindSample): DatasetItem | Fault {
  const sample = find(item.file);
  if (!sample)
    return { code: 'SAMPLE_NOT_FOUND', field: 'file', reason: `there is no sample for ${item.file}` };
  if (sample.state !== 'READY') {
    const reason = `the sample for ${item.file} is ${sample.state}, not READY`;
    return { code: 'SAMPLE_NOT_READY', field: 'file', reason };
  }
  const references = item.referenceFiles?.map((file) => find(file)?.id);
  const missing = references?.indexOf(undefined) ?? -1;
  if (missing >= 0) {
    const reason = `there is no sample for the reference ${item.referenceFiles?.[missing]}`;
    return { code: 'REFERENCE_NOT_FOUND', field: 'references', reason };
  }
  return {
    item: item.item,
    sampleId: sample.id,
    class: item.class,
    anomalous: item.anomalous,
    split: item.split,
    defectType: item.defectType,
    boxes: item.boxes,
    windows: item.windows,
    referenceIds: references?.flatMap((id) => id ?? []),
    ...findMasks(item, find),
    contentHash: sample.etag,
  };
}

/** Of several masks all or none: a part of the truth would call the rest of it normal. */
function findMasks(
  { maskFile, furtherMaskFiles = [] }: ParsedItem,
  find: FindSample,
): Pick<DatasetItem, 'maskSampleId' | 'furtherMaskIds'> {
  if (maskFile === undefined) return {};
  const ids = [maskFile, ...furtherMaskFiles].flatMap((file) => find(file)?.id ?? []);
  const [maskSampleId, ...further] = ids.length === 1 + furtherMaskFiles.length ? ids : [];
  return { maskSampleId, furtherMaskIds: further.length > 0 ? further : undefined };
}

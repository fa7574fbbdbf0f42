import type { View } from '@loupe/vision';
import type { Detection } from '../models/reference-match.ts';
import type { ModelImage } from '../models/vision-model.ts';
import type { DetailSetting, MarkSetting } from '../prompts/settings.ts';
import { MasksError } from './masks/read-masks.ts';
import type { Mark, MarkSource, Picture, PictureTools, Rectangle } from './picture-tools.ts';
import type { PicturePlan, PlannedKind, PlannedPicture } from './plan-pictures.ts';
import { nameDetail } from './plan-size.ts';

/** A mark on one of the query's views, in px of the view. */
export interface PlacedMark extends Mark {
  readonly view: number;
}

export interface MadePictures {
  readonly images: readonly ModelImage[];
  readonly marks: readonly PlacedMark[];
  /** What stands for something else, a sentence each. */
  readonly notes: readonly string[];
}

/** What the pictures are made of. */
export interface PictureSources {
  readonly query: readonly View[];
  readonly references: readonly (readonly View[])[];
  readonly exemplars?: readonly Picture[] | undefined;
  readonly detail: DetailSetting;
  readonly markCount: number;
  /** Of the query's first view; needed for marks and evidence of the detector's. */
  readonly detection?: Detection | undefined;
  /** Without tools, views go as they are; nothing else can be made. */
  readonly tools?: PictureTools | undefined;
  readonly signal: AbortSignal;
}

/** Height of a mark's number as the model sees it, px. */
const LEGIBLE_PX = 16;
const MARK_PX = { least: 14, most: 128, share: 1 / 36 };

/** Makes the planned pictures. @throws RangeError for a picture that needs tools, without any */
export async function makePictures(plan: PicturePlan, sources: PictureSources): Promise<MadePictures> {
  const images: ModelImage[] = [];
  const marks: PlacedMark[] = [];
  const notes: string[] = [];
  for (const planned of plan.pictures) {
    const picture = await makePicture(planned, plan.marks, sources, { marks, notes });
    const detail = nameDetail(sources.detail);
    images.push({
      role: nameRole(planned.kind),
      view: planned.view,
      mediaType: picture.mediaType,
      bytes: picture.bytes,
      widthPx: picture.widthPx,
      heightPx: picture.heightPx,
      ...describeGeometry(planned, sources),
      ...(detail === undefined ? {} : { detail }),
    });
  }
  return { images, marks, notes };
}

/** A model that compares by itself looks at references and query alone. */
export function nameRole(kind: PlannedKind): ModelImage['role'] {
  return kind === 'REFERENCE' ? 'reference' : kind === 'QUERY' ? 'query' : 'aid';
}

/** How a view lies in its source; what is made of several pictures has no such place. */
function describeGeometry({ kind, view, reference }: PlannedPicture, { query, references }: PictureSources) {
  const source = kind === 'QUERY' ? query : kind === 'REFERENCE' ? references[reference ?? -1] : undefined;
  const geometry = source?.[view]?.geometry;
  return geometry === undefined ? {} : { geometry };
}

async function makePicture(
  planned: PlannedPicture,
  marking: MarkSetting,
  sources: PictureSources,
  { marks, notes }: { readonly marks: PlacedMark[]; readonly notes: string[] },
): Promise<Picture> {
  const { tools, query, references, exemplars, detection } = sources;
  if (planned.kind === 'REFERENCE')
    return bringToSize(findView(references[planned.reference ?? -1], planned.view), planned, tools);
  if (planned.kind === 'EXEMPLAR')
    return bringToSize(findView(exemplars, planned.exemplar ?? -1), planned, tools);
  const view = findView(query, planned.view);
  if (planned.kind === 'QUERY') return bringToSize(view, planned, tools);
  if (tools === undefined) throw new RangeError(`A picture of the kind ${planned.kind} needs picture tools.`);
  switch (planned.kind) {
    case 'PAIR': {
      const views = references[planned.reference ?? -1] ?? [];
      return bringToSize(
        await tools.placeBeside(findView([...views.slice(planned.view), ...views], 0), view),
        planned,
        tools,
      );
    }
    case 'MARKS': {
      const scale = planned.widthPx / view.widthPx;
      const usual = Math.max(view.widthPx, view.heightPx) * MARK_PX.share;
      const sizePx = Math.round(
        Math.min(MARK_PX.most, Math.max(MARK_PX.least, usual, LEGIBLE_PX / Math.min(1, scale))),
      );
      const source =
        marking === 'SEGMENTER'
          ? await segment(view, tools, sources, notes)
          : describeMarks(marking, sources, planned.view);
      const made = await tools.mark(view, source, { first: marks.length + 1, sizePx });
      marks.push(...made.marks.map((mark) => ({ ...mark, view: planned.view })));
      return bringToSize(made.picture, planned, tools);
    }
    case 'EVIDENCE':
      if (detection === undefined) throw new RangeError("The detector's map needs a detection.");
      return bringToSize(await tools.drawMap(view, detection), planned, tools);
  }
}

/** The detector sees the first view; others, and ones without a finding, get superpixels. */
function describeMarks(
  marking: MarkSetting,
  { detection, markCount }: PictureSources,
  view: number,
): MarkSource {
  if (marking === 'GRID') return { kind: 'GRID', cells: markCount };
  const rectangles: readonly Rectangle[] = view === 0 ? (detection?.regions ?? []) : [];
  if (marking === 'DETECTOR' && rectangles.length > 0) return { kind: 'RECTANGLES', rectangles };
  return { kind: 'SUPERPIXELS', regions: markCount };
}

/**
 * Masks of the tenant's segmenter. A line does not stop because a segmenter does: without its masks superpixels are
 * numbered, which is noted, and it is not asked about further views.
 */
async function segment(
  view: Picture,
  tools: PictureTools,
  { markCount, signal }: PictureSources,
  notes: string[],
): Promise<MarkSource> {
  const superpixels: MarkSource = { kind: 'SUPERPIXELS', regions: markCount };
  if (notes.length > 0) return superpixels;
  try {
    const segmentation = await tools.segment(view, markCount, signal);
    if (segmentation.count > 0) return { kind: 'REGIONS', segmentation };
    notes.push('The segmenter found nothing to mark; superpixels stand for its masks.');
  } catch (error) {
    if (!(error instanceof MasksError)) throw error;
    notes.push(`The segmenter gave no masks: ${error.message}. Superpixels stand for them.`);
  }
  return superpixels;
}

function bringToSize(
  picture: Picture,
  planned: PlannedPicture,
  tools: PictureTools | undefined,
): Promise<Picture> | Picture {
  return tools === undefined ? picture : tools.resize(picture, planned);
}

function findView(views: readonly Picture[] | undefined, position: number): Picture {
  const view = views?.[position];
  if (view === undefined) throw new RangeError(`There is no view ${position}.`);
  return view;
}

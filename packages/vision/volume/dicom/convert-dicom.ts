import type { DataSet } from 'dicom-parser';
import type { Limits } from '../../limits.ts';
import { RejectedError } from '../../rejected-error.ts';
import type { Rendering } from '../../types.ts';
import { chooseSlices } from '../choose-slices.ts';
import { applyWindow, assertVaried, measureWindow, type Samples } from '../grey-window.ts';
import type { VolumeSettings } from '../options.ts';
import { arePerpendicular, nameEdges, namePlane } from '../orientation.ts';
import { renderSlices, type Slice } from '../render-slices.ts';
import { completeFile } from './complete-file.ts';
import { type DicomFile, readDicomFile, rejectDicom } from './dicom-file.ts';
import { describeDroppedFields } from './dropped-fields.ts';
import { type FrameAttributes, readFrameAttributes } from './frame-attributes.ts';
import { describePixels, type PixelDescription } from './pixel-description.ts';
import { createFrameReader, type Frame } from './read-frame.ts';

interface Chosen {
  readonly index: number;
  readonly frame: Frame;
  readonly attributes: FrameAttributes;
}

/**
 * Views of frames of a DICOM file; nothing of the patient is in them.
 * @throws RejectedError whatever is wrong with the file
 */
export async function convertDicom(
  bytes: Uint8Array,
  {
    longSidePx,
    limits,
    volume,
  }: { readonly longSidePx: number; readonly limits: Limits; readonly volume: VolumeSettings },
): Promise<Rendering> {
  const { file, description } = readHeader(bytes, limits);
  const indexes = chooseSlices(description.frames, volume);
  assertTogether(description, indexes.length, limits);
  const readFrame = createFrameReader(file, description, limits);
  const chosen: Chosen[] = [];
  for (const index of indexes) {
    chosen.push({ index, frame: await readFrame(index), attributes: readAttributes(file.header, index) });
  }
  const samples = chosen.map((one) => toSamples(one, description));
  if (samples.every((one) => one !== undefined)) assertVaried(samples);
  const usual = chooseUsualWindow(chosen, description, volume);
  const slices = chosen.map((one) =>
    toSlice(one, description, volume.window ?? one.attributes.window ?? usual),
  );
  const notes = describeLosses(file.header);
  const planes = new Set(slices.map(({ plane }) => plane));
  if (volume.plane !== 'STORED' && (planes.size > 1 || !planes.has(volume.plane))) {
    notes.push('A DICOM file is shown frame by frame, in the plane in which it was taken.');
  }
  return renderSlices(slices, { longSidePx, notes });
}

/** Values of the header can be anything; a parser's complaint about them is the file's fault. */
function readHeader(bytes: Uint8Array, limits: Limits): { file: DicomFile; description: PixelDescription } {
  return blameFile(() => {
    const file = readDicomFile(completeFile(bytes), limits);
    return { file, description: describePixels(file.header, limits) };
  });
}

function readAttributes(header: DataSet, index: number): FrameAttributes {
  return blameFile(() => readFrameAttributes(header, index));
}

function blameFile<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof RejectedError) throw cause;
    throw rejectDicom('has a damaged header');
  }
}

/** Frames are held together until their common window is known. */
function assertTogether({ widthPx, heightPx }: PixelDescription, shown: number, { maxPixels }: Limits): void {
  if (widthPx * heightPx * shown <= maxPixels) return;
  throw new RejectedError(
    'TOO_MANY_PIXELS',
    `The ${shown} frames to be shown have ${widthPx} × ${heightPx} pixels each; at most ${maxPixels} are accepted together. Ask for fewer.`,
    { widthPx, heightPx, shown, maxPixels },
  );
}

function chooseUsualWindow(
  chosen: readonly Chosen[],
  description: PixelDescription,
  { window }: VolumeSettings,
): readonly [number, number] {
  const colours = [0, 255] as const;
  const needed = description.samples === 1 && window === undefined;
  const without = chosen.filter(({ attributes }) => attributes.window === undefined);
  if (!needed || without.length === 0) return window ?? colours;
  return measureWindow(without.flatMap((one) => toSamples(one, description) ?? []));
}

function toSamples({ frame, attributes }: Chosen, { padding }: PixelDescription): Samples | undefined {
  if (!('stored' in frame)) return undefined;
  const { slope, intercept } = attributes;
  return { stored: frame.stored, slope, intercept, padding };
}

function toSlice(one: Chosen, description: PixelDescription, window: readonly [number, number]): Slice {
  const { index, frame, attributes } = one;
  const { widthPx, heightPx, frames, inverted } = description;
  const { directions, spacingMm, aspect } = attributes;
  const samples = toSamples(one, description);
  const isPlaced = directions !== undefined && arePerpendicular(directions[0], directions[1]);
  return {
    data:
      samples === undefined
        ? 'rgb' in frame
          ? frame.rgb
          : new Uint8Array(0)
        : applyWindow(samples, window, inverted),
    widthPx,
    heightPx,
    channels: description.samples,
    plane: isPlaced ? namePlane(directions[0], directions[1]) : 'STORED',
    index,
    count: frames,
    ...(spacingMm && { spacingMm }),
    ...(aspect && { aspect }),
    ...(isPlaced && { edges: nameEdges(directions[0], directions[1]) }),
    window,
    voxels: { origin: [0, 0, index], right: [1, 0, 0], down: [0, 1, 0] },
  };
}

function describeLosses(header: DataSet): string[] {
  const notes: string[] = [];
  const dropped = describeDroppedFields(header);
  if (dropped !== undefined) notes.push(dropped);
  if (header.string('x00280301')?.trim() === 'YES') {
    notes.push('The file says that text is burned into its pictures: it may name the patient.');
  }
  if ('x00283000' in header.elements || 'x00283010' in header.elements) {
    notes.push('The lookup tables of the file are not applied; its values are shown along a straight line.');
  }
  if (header.string('x00281056')?.trim() === 'SIGMOID') {
    notes.push('The window of the file is a curve; it is shown as a straight line.');
  }
  return notes;
}

import type { DataSet } from 'dicom-parser';
import type { Limits } from '../../limits.ts';
import { RejectedError } from '../../rejected-error.ts';
import { assertVolumeSize } from '../volume-size.ts';
import { rejectDicom } from './dicom-file.ts';

/** What the header says of the pixels (PS3.3 section C.7.6.3, Image Pixel Module). */
export interface PixelDescription {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly frames: number;
  /** 1 is grey, 3 are colours. */
  readonly samples: 1 | 3;
  /** Low values are white. */
  readonly inverted: boolean;
  readonly bitsAllocated: 8 | 16 | 32;
  readonly bitsStored: number;
  readonly highBit: number;
  readonly signed: boolean;
  /** Colours one after another, not interleaved. */
  readonly planar: boolean;
  /** Name of the colour model. */
  readonly photometric: string;
  /** Stored value that stands for "outside of the picture". */
  readonly padding?: number;
}

const GREY = new Set(['MONOCHROME1', 'MONOCHROME2']);

/** @throws RejectedError CORRUPT_VOLUME, UNSUPPORTED_VARIANT, SIDE_TOO_LONG, TOO_MANY_PIXELS, TOO_MANY_VOXELS */
export function describePixels(header: DataSet, limits: Limits): PixelDescription {
  const heightPx = header.uint16('x00280010') ?? 0;
  const widthPx = header.uint16('x00280011') ?? 0;
  const frames = header.intString('x00280008') ?? 1;
  assertVolumeSize({ widthPx, heightPx, count: Number.isInteger(frames) ? frames : 0 }, limits);
  const samples = header.uint16('x00280002') ?? 1;
  const photometric = (header.string('x00280004') ?? '').trim();
  const isGrey = samples === 1 && GREY.has(photometric);
  const isColour = samples === 3 && /^(?:RGB|YBR_FULL|YBR_FULL_422)$/.test(photometric);
  const bitsAllocated = header.uint16('x00280100') ?? 0;
  const isDepthKnown = bitsAllocated === 8 || (isGrey && (bitsAllocated === 16 || bitsAllocated === 32));
  if ((!isGrey && !isColour) || !isDepthKnown) {
    throw new RejectedError(
      'UNSUPPORTED_VARIANT',
      `The DICOM file has ${samples} samples of ${bitsAllocated} bits per pixel${/^[A-Z0-9_ ]{1,16}$/.test(photometric) ? ` in ${photometric}` : ''}, which cannot be read. Export it as MONOCHROME2 or RGB.`,
      { samples, bitsAllocated },
    );
  }
  const bitsStored = header.uint16('x00280101') ?? bitsAllocated;
  const highBit = header.uint16('x00280102') ?? bitsStored - 1;
  if (bitsStored < 1 || highBit >= bitsAllocated || highBit + 1 < bitsStored) {
    throw rejectDicom('states bits that do not fit into its samples', { bitsAllocated, bitsStored, highBit });
  }
  const signed = header.uint16('x00280103') === 1;
  const padding = signed ? header.int16('x00280120') : header.uint16('x00280120');
  return {
    widthPx,
    heightPx,
    frames,
    samples: isGrey ? 1 : 3,
    inverted: photometric === 'MONOCHROME1',
    bitsAllocated: bitsAllocated === 8 ? 8 : bitsAllocated === 16 ? 16 : 32,
    bitsStored,
    highBit,
    signed,
    planar: header.uint16('x00280006') === 1,
    photometric,
    ...(padding !== undefined && { padding }),
  };
}

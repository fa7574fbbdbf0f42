import sharp, { type OverlayOptions, type Sharp } from 'sharp';
import { createRandom } from '../reference/kernels/random.ts';
import type { View } from '../types.ts';
import { perturbImage } from './perturb-image.ts';

/** What may disturb a picture on its way to a model. */
export const PERTURBATION_KINDS = [
  'LIGHTING',
  'BLUR',
  'NOISE',
  'JPEG_QUALITY',
  'ROTATION',
  'OCCLUSION',
] as const;

export type PerturbationKind = (typeof PERTURBATION_KINDS)[number];

/** At strength 1: exposure changed by one stop, up or down. */
const STOPS = 1;
/** Standard deviation of the Gaussian blur at strength 1, as a share of the longer side. */
const BLUR_SHARE = 0.01;
/** Standard deviation of the noise at strength 1, in grey levels of 255. */
const NOISE_LEVELS = 40;
/** Every kind is written with this JPEG quality, and JPEG_QUALITY falls from it to 5 at strength 1. */
const [QUALITY, WORST_QUALITY] = [90, 5];
/** Angle at strength 1, either way. */
const TURN_DEGREES = 15;
/** Share of the area that is covered at strength 1. */
const COVERED_SHARE = 0.3;

const UNCHANGED = { shiftX: 0, shiftY: 0, turnDegrees: 0, gain: 1, noise: 0 };

/**
 * Disturbs a view, whose size stays the same. What is drawn at random (brighter or darker, left or right, the place of
 * the cover, the noise) follows from the seed alone: it is the same at every strength.
 *
 * @param strength 0 (the view as it is) to 1 (the hardest)
 */
export async function perturbView(
  view: View,
  kind: PerturbationKind,
  strength: number,
  seed: number,
): Promise<View> {
  if (strength === 0) return view;
  return { ...view, mediaType: 'image/jpeg', bytes: await perturbBytes(view, kind, strength, seed) };
}

async function perturbBytes(
  view: View,
  kind: PerturbationKind,
  strength: number,
  seed: number,
): Promise<Uint8Array> {
  const random = createRandom(seed);
  const sign = random() < 0.5 ? -1 : 1;
  const change = (changes: Partial<typeof UNCHANGED>) =>
    perturbImage(view.bytes, { ...UNCHANGED, ...changes }, seed);
  switch (kind) {
    case 'LIGHTING':
      return change({ gain: 2 ** (sign * STOPS * strength) });
    case 'NOISE':
      return change({ noise: NOISE_LEVELS * strength });
    case 'ROTATION':
      return change({ turnDegrees: sign * TURN_DEGREES * strength });
    case 'BLUR': {
      const sigma = BLUR_SHARE * strength * Math.max(view.widthPx, view.heightPx);
      // Less than 0.3 px is no blur to the library.
      return encode(sharp(view.bytes).blur(Math.max(0.3, sigma)), QUALITY);
    }
    case 'JPEG_QUALITY':
      return encode(sharp(view.bytes), Math.round(QUALITY - (QUALITY - WORST_QUALITY) * strength));
    case 'OCCLUSION':
      return encode(sharp(view.bytes).composite([cover(view, strength, random)]), QUALITY);
  }
}

/** A grey rectangle of the picture's shape, wholly inside it. */
function cover({ widthPx, heightPx }: View, strength: number, random: () => number): OverlayOptions {
  const scale = Math.sqrt(COVERED_SHARE * strength);
  const width = Math.max(1, Math.round(scale * widthPx));
  const height = Math.max(1, Math.round(scale * heightPx));
  return {
    input: { create: { width, height, channels: 3, background: '#808080' } },
    left: Math.round(random() * (widthPx - width)),
    top: Math.round(random() * (heightPx - height)),
  };
}

async function encode(picture: Sharp, quality: number): Promise<Uint8Array> {
  return new Uint8Array(await picture.toColourspace('srgb').removeAlpha().jpeg({ quality }).toBuffer());
}

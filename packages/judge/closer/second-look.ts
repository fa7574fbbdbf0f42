import type { ModelImage, ModelTraits } from '../models/vision-model.ts';
import type { JudgeProfile } from '../prompts/profile.ts';
import { PRESET_PARTS, type Prompt, writePrompt } from '../prompts/write-prompt.ts';
import type { CropPair, PictureTools, Rectangle, SourcedView } from './picture-tools.ts';
import type { FoundRegion } from './regions.ts';

/** Enlarged parts that are shown. */
const MOST_PICTURES = 3;

/** How many parts a model can be shown. */
export function limitZooms({ imagesPerCall }: ModelTraits): number {
  return Math.min(MOST_PICTURES, imagesPerCall ?? MOST_PICTURES);
}

/**
 * The places worth a second look, each once: those the model named by a mark first, then measured ones, then boxes.
 * Places whose middles lie in an earlier one are left out, and those beyond `most`.
 */
export function pickPlaces(regions: readonly FoundRegion[], most: number): FoundRegion[] {
  const rank = { MARK: 0, DETECTOR: 1, MODEL_BOX: 2 } as const;
  const sorted = regions.toSorted(
    (a, b) => rank[a.source] - rank[b.source] || (b.score ?? 0) - (a.score ?? 0),
  );
  const places: FoundRegion[] = [];
  for (const region of sorted) {
    if (places.length >= most) break;
    if (!places.some((place) => place.view === region.view && holdsMiddle(place, region)))
      places.push(region);
  }
  return places;
}

function holdsMiddle(place: Rectangle, other: Rectangle): boolean {
  const x = other.x + other.width / 2;
  const y = other.y + other.height / 2;
  return x >= place.x && x < place.x + place.width && y >= place.y && y < place.y + place.height;
}

/**
 * A picture of each place: zoomed, to the right of the same place of the reference that fits best, where one does. Of places across
 * frames of a video there are more, up to `most` together.
 */
export async function makeZooms(
  places: readonly FoundRegion[],
  query: readonly SourcedView[],
  references: readonly (readonly SourcedView[])[],
  tools: PictureTools,
  most: number,
): Promise<{ readonly images: ModelImage[]; readonly arePaired: boolean }> {
  const pairs: CropPair[] = [];
  let waiting = places.length;
  for (const [position, view] of query.entries()) {
    const here = places.filter((place) => place.view === position);
    if (here.length === 0) continue;
    const others = references.flatMap((views) => views[position] ?? []);
    // A place of a later view comes before another frame of this one.
    waiting -= here.length;
    pairs.push(...(await tools.cropPairs(view, others, here, most - waiting - pairs.length)));
  }
  // Halves or none: one sentence has to hold for all pictures.
  const arePaired = pairs.length > 0 && pairs.every(({ reference }) => reference !== undefined);
  const pictures = await Promise.all(
    pairs.map(({ query: zoom, reference }) =>
      arePaired && reference ? tools.placeBeside(reference, zoom) : zoom,
    ),
  );
  const images = pictures.map(({ mediaType, bytes, widthPx, heightPx }, view): ModelImage => {
    return { role: 'query', view, mediaType, bytes, widthPx, heightPx };
  });
  return { images, arePaired };
}

/** The question of a second look: the profile's own without references, and what the pictures are. */
export function writeSecondLook(profile: JudgeProfile, images: number, arePaired: boolean): Prompt {
  const { counts: _counts, attributes: _attributes, boxes: _boxes, wording: _wording, ...rest } = profile;
  const preset = profile.preset === 'MARKS' ? 'NAIVE' : PRESET_PARTS[profile.preset].zeroShot;
  const many = images > 1;
  const what = `${many ? 'Each image is' : 'The image is'} an enlarged part of the inspected one, where a first look was not sure.`;
  const halves = `The right half ${many ? 'of each ' : ''}is inspected; the left half shows the same place of a normal object.`;
  return writePrompt(
    { ...rest, preset },
    { references: 0, queries: images, marked: false },
    { paragraphs: [arePaired ? `${what} ${halves}` : what] },
  );
}

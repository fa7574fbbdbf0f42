import type { ItemLocalisation } from './measure-item.ts';
import { PixelTally } from './pixel-levels.ts';

/** How well anomalies were found in place and time; null where it has no value, with the reason by name. */
export interface LocalisationResult {
  /** Items with a known mask: normal ones and those with a mask. */
  readonly pixelItems: number;
  readonly pixelAuroc: number | null;
  /** AUPRO up to 30 % of false-positive pixels. */
  readonly aupro: number | null;
  /** Anomalous items with a mask, and the mean of their IoU. */
  readonly maskItems: number;
  readonly maskIou: number | null;
  /** Anomalous items with a mask or boxes, and the share whose peak lies in the truth. */
  readonly pointingItems: number;
  readonly pointingGame: number | null;
  /** Items with a true box, and the best IoU of each: its mean, and the share that reaches 0.1, 0.3 and 0.5. */
  readonly boxItems: number;
  readonly boxIou: number | null;
  readonly accAtIou10: number | null;
  readonly accAtIou30: number | null;
  readonly accAtIou50: number | null;
  /** Series and videos, their windows, and those that were found. */
  readonly timeItems: number;
  readonly windows: number;
  readonly windowsFound: number;
  readonly timeFalseAlarms: number;
  /** NAB's score of the standard profile, 100 at best, 0 for no detection. */
  readonly nab: number | null;
  /** Mean over items with a window. */
  readonly timeIou: number | null;
  readonly reasons: Readonly<Record<string, string>>;
}

const NO_EVIDENCE = {
  place: 'No answer says where: the variant asks for no regions, or finds none.',
  time: 'No answer says when.',
};

/** Adds up what items say of localisation; memory does not grow with them. */
export class LocalisationTally {
  readonly #pixels = new PixelTally();
  readonly #mask = new Mean();
  readonly #pointing = new Mean();
  readonly #box = new Mean();
  readonly #atIou = [0.1, 0.3, 0.5].map((least) => ({ least, mean: new Mean() }));
  readonly #timeIou = new Mean();
  #time = { items: 0, raw: 0, windows: 0, windowsFound: 0, falseAlarms: 0 };
  #hasPlaces = false;
  #hasTimes = false;

  add({ hasEvidence, pixels, maskIou, boxIou, isPointed, time }: ItemLocalisation): void {
    if (hasEvidence && time) this.#hasTimes = true;
    if (hasEvidence && !time) this.#hasPlaces = true;
    if (pixels) this.#pixels.add(pixels);
    if (maskIou !== undefined) this.#mask.add(maskIou);
    if (isPointed !== undefined) this.#pointing.add(isPointed ? 1 : 0);
    if (boxIou !== undefined) {
      this.#box.add(boxIou);
      for (const { least, mean } of this.#atIou) mean.add(boxIou >= least ? 1 : 0);
    }
    if (!time) return;
    const { raw, windows, windowsFound, falseAlarms } = time;
    const sum = this.#time;
    this.#time = {
      items: sum.items + 1,
      raw: sum.raw + raw,
      windows: sum.windows + windows,
      windowsFound: sum.windowsFound + windowsFound,
      falseAlarms: sum.falseAlarms + falseAlarms,
    };
    if (time.iou !== undefined) this.#timeIou.add(time.iou);
  }

  describe(): LocalisationResult {
    const { items: timeItems, raw, windows, windowsFound, falseAlarms } = this.#time;
    const pixel = this.#pixels.describe();
    const reasons = {
      ...explain(['pixelAuroc', 'aupro'], this.#explainPixels(pixel.pixelAuroc)),
      ...explain(['maskIou'], this.#explainPlaces(this.#mask.count, 'No anomalous item has a mask.')),
      ...explain(
        ['pointingGame'],
        this.#explainPlaces(this.#pointing.count, 'No anomalous item has a mask or boxes.'),
      ),
      ...explain(
        ['boxIou', 'accAtIou10', 'accAtIou30', 'accAtIou50'],
        this.#explainPlaces(this.#box.count, 'No item has boxes or a mask.'),
      ),
      ...explain(
        ['nab', 'timeIou'],
        windows === 0 ? 'No item has a window of time.' : this.#hasTimes ? undefined : NO_EVIDENCE.time,
      ),
    };
    const [at10 = null, at30 = null, at50 = null] = this.#atIou.map(({ mean }) => mean.value);
    const unless = (name: string, value: number | null) => (name in reasons ? null : value);
    return {
      pixelItems: this.#pixels.items,
      pixelAuroc: unless('pixelAuroc', pixel.pixelAuroc),
      aupro: unless('aupro', pixel.aupro),
      maskItems: this.#mask.count,
      maskIou: unless('maskIou', this.#mask.value),
      pointingItems: this.#pointing.count,
      pointingGame: unless('pointingGame', this.#pointing.value),
      boxItems: this.#box.count,
      boxIou: unless('boxIou', this.#box.value),
      accAtIou10: unless('accAtIou10', at10),
      accAtIou30: unless('accAtIou30', at30),
      accAtIou50: unless('accAtIou50', at50),
      timeItems,
      windows,
      windowsFound,
      timeFalseAlarms: falseAlarms,
      // A missed window costs 1 and a found one brings up to 1: from −windows to +windows.
      nab: unless('nab', windows === 0 ? null : (100 * (raw + windows)) / (2 * windows)),
      timeIou: unless('timeIou', this.#timeIou.value),
      reasons,
    };
  }

  #explainPixels(value: number | null): string | undefined {
    if (this.#mask.count === 0) return 'No anomalous item has a mask.';
    if (!this.#hasPlaces) return NO_EVIDENCE.place;
    return value === null ? 'All pixels are of one class.' : undefined;
  }

  #explainPlaces(items: number, none: string): string | undefined {
    if (items === 0) return none;
    return this.#hasPlaces ? undefined : NO_EVIDENCE.place;
  }
}

class Mean {
  count = 0;
  #sum = 0;

  add(value: number): void {
    this.count++;
    this.#sum += value;
  }

  get value(): number | null {
    return this.count === 0 ? null : this.#sum / this.count;
  }
}

function explain(names: readonly string[], reason: string | undefined): Record<string, string> {
  return reason === undefined ? {} : Object.fromEntries(names.map((name) => [name, reason]));
}

import type { Comparing } from './detection.ts';
import { APPEARANCE_DIMS } from './features/appearance.ts';
import type { CellBox, Region } from './regions.ts';

/** Differences smaller than these are not named: CIELAB units of lightness and colour, contrast per pixel of edges. */
const NAMED = { lightness: 6, colour: 8, edges: 0.05 } as const;

/** What a sentence is made of. */
export interface Findings {
  readonly comparing: Comparing;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly score: number;
  readonly regions: readonly Region[];
  /** How each region differs, in the same order (see `nameChange`). */
  readonly changes: readonly string[];
  /** How the best reference lies; `misfit` above 1 when the references register with one another (`weighMisfit`). */
  readonly registration?: {
    readonly rotationDegrees: number;
    readonly quality: number;
    readonly misfit: number;
  };
}

/** One or two plain sentences: where the view differs, how, how much, and how it was compared. */
export function describeFindings(findings: Findings): string {
  return `${tellDifference(findings)} ${tellComparing(findings)}`;
}

function tellDifference({ comparing, regions, changes, score, widthPx, heightPx }: Findings): string {
  const against = comparing === 'ALONE' ? 'the rest of the picture' : 'the reference';
  const first = regions[0];
  if (!first) return `No place differs from ${against} beyond what is usual; score ${score.toFixed(2)}.`;
  const verb = first.score >= 0.5 ? 'Differs' : 'Differs slightly';
  const head = `${verb} from ${against} at the ${namePlace(first, widthPx, heightPx)} (${tellSpan(first)}): ${changes[0]}; strength ${first.score.toFixed(2)}.`;
  const rest = regions.slice(1).map((region, index) => {
    const change = changes[index + 1];
    return `${namePlace(region, widthPx, heightPx)} (${tellSpan(region)}; ${change}; ${region.score.toFixed(2)})`;
  });
  return rest.length === 0 ? head : `${head} Also at the ${rest.join(', ')}.`;
}

function tellComparing({ comparing, registration }: Findings): string {
  if (comparing === 'ALONE') {
    return 'There was no reference, so the picture was compared with itself; that is weak evidence, of use for regular textures only.';
  }
  const quality = (registration?.quality ?? 0).toFixed(2);
  if (comparing === 'BANK') {
    const alone = (registration?.misfit ?? 1) > 1 ? ' though the references can be to one another' : '';
    return `The view could not be registered to any reference (best correlation ${quality})${alone}, so its patches were compared with theirs wherever they lie.`;
  }
  const turn = registration?.rotationDegrees ?? 0;
  const turned = Math.abs(turn) < 0.25 ? '' : `, turned by ${turn.toFixed(1)}°`;
  return `The view was registered to the reference (correlation ${quality}${turned}) and compared place by place.`;
}

function tellSpan({ x, y, width, height }: Region): string {
  return `x ${x}–${x + width}, y ${y}–${y + height}`;
}

/** The place of a region's middle in words, by thirds of the view: 'upper left', 'centre', 'lower edge' and so on. */
export function namePlace(region: Region, widthPx: number, heightPx: number): string {
  const across = Math.min(2, Math.floor(((region.x + region.width / 2) / widthPx) * 3));
  const down = Math.min(2, Math.floor(((region.y + region.height / 2) / heightPx) * 3));
  const rows = ['upper', '', 'lower'] as const;
  const columns = ['left', 'centre', 'right'] as const;
  const row = rows[down] ?? '';
  const column = columns[across] ?? 'centre';
  if (row === '') return column === 'centre' ? 'centre' : `${column} middle`;
  return `${row} ${column === 'centre' ? 'middle' : column}`;
}

/**
 * How the cells of a box differ from what was expected, from the mean change of its stronger cells
 * (see `Comparison.change`): extra or missing structure, darker or brighter, another colour.
 */
export function nameChange(
  change: Float32Array,
  columns: number,
  box: CellBox,
  strengths: Float32Array,
): string {
  const mean = [0, 0, 0, 0];
  let count = 0;
  const limit = (strengths[box.peak] as number) / 2;
  for (let row = box.top; row <= box.bottom; row++) {
    for (let column = box.left; column <= box.right; column++) {
      const cell = row * columns + column;
      if ((strengths[cell] as number) < limit) continue;
      count += 1;
      for (let k = 0; k < 4; k++) mean[k] = (mean[k] ?? 0) + (change[cell * APPEARANCE_DIMS + k] as number);
    }
  }
  const [lightness, a, b, edges] = mean.map((sum) => sum / Math.max(1, count)) as [
    number,
    number,
    number,
    number,
  ];
  const shade = lightness <= -NAMED.lightness ? 'dark' : lightness >= NAMED.lightness ? 'bright' : '';
  const colour = Math.hypot(a, b) >= NAMED.colour;
  if (edges >= NAMED.edges)
    return ['extra', shade, 'structure'].filter(Boolean).join(' ') + tellHue(colour, a, b);
  if (edges <= -NAMED.edges) {
    const missing = shade === 'dark' ? 'bright' : shade === 'bright' ? 'dark' : '';
    return ['missing', missing, 'structure'].filter(Boolean).join(' ') + tellHue(colour, a, b);
  }
  if (shade !== '')
    return `${shade === 'dark' ? 'darker' : 'brighter'} than expected${tellHue(colour, a, b)}`;
  return colour ? `another colour${tellHue(true, a, b)}` : 'different structure';
}

function tellHue(named: boolean, a: number, b: number): string {
  if (!named) return '';
  const hue = Math.abs(a) >= Math.abs(b) ? (a > 0 ? 'redder' : 'greener') : b > 0 ? 'yellower' : 'bluer';
  return `, ${hue}`;
}

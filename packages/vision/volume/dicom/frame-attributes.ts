import type { DataSet } from 'dicom-parser';
import type { Vector } from '../../geometry.ts';

/** What can differ from frame to frame. */
export interface FrameAttributes {
  readonly slope: number;
  readonly intercept: number;
  /** Values shown as black and white. */
  readonly window?: readonly [number, number];
  /** Directions of a row (to the right) and of a column (down) in the body. */
  readonly directions?: readonly [Vector, Vector];
  /** Distances between the middles of neighbours along a row and along a column, mm. */
  readonly spacingMm?: readonly [number, number];
  /** Width and height of a pixel when only their ratio is known. */
  readonly aspect?: readonly [number, number];
}

const PER_FRAME = 'x52009230';
const SHARED = 'x52009229';

/**
 * Attributes of a frame: from its own functional groups, else from the shared ones (PS3.3 section C.7.6.16), else from
 * the header itself.
 */
export function readFrameAttributes(header: DataSet, frame: number): FrameAttributes {
  const groups = [
    header.elements[PER_FRAME]?.items?.[frame]?.dataSet,
    header.elements[SHARED]?.items?.[0]?.dataSet,
  ];
  const find = (sequence: string, tag: string, count: number): readonly number[] | undefined => {
    for (const group of groups) {
      const numbers = readNumbers(group?.elements[sequence]?.items?.[0]?.dataSet, tag, count);
      if (numbers !== undefined) return numbers;
    }
    return readNumbers(header, tag, count);
  };
  const [slope = 1] = find('x00289145', 'x00281053', 1) ?? [];
  const [intercept = 0] = find('x00289145', 'x00281052', 1) ?? [];
  const [centre] = find('x00289132', 'x00281050', 1) ?? [];
  const [width] = find('x00289132', 'x00281051', 1) ?? [];
  const exact = header.string('x00281056')?.trim() === 'LINEAR_EXACT';
  const window = computeWindow(centre, width, exact);
  const cosines = find('x00209116', 'x00200037', 6);
  const between = find('x00289110', 'x00280030', 2) ?? readNumbers(header, 'x00181164', 2);
  const ratio = readNumbers(header, 'x00280034', 2);
  const [below = 0, across = 0] = between ?? [];
  const [tall = 0, wide = 0] = ratio ?? [];
  return {
    slope: slope === 0 ? 1 : slope,
    intercept,
    ...(window && { window }),
    ...(cosines && { directions: splitCosines(cosines) }),
    ...(across > 0 && below > 0 && { spacingMm: [across, below] }),
    ...(tall > 0 && wide > 0 && { aspect: [wide, tall] }),
  };
}

/** Ends of a window (PS3.3 sections C.11.2.1.2 and C.11.2.1.3.2). */
function computeWindow(
  centre: number | undefined,
  width: number | undefined,
  exact: boolean,
): readonly [number, number] | undefined {
  if (centre === undefined || width === undefined || !(width > (exact ? 0 : 1))) return undefined;
  if (exact) return [centre - width / 2, centre + width / 2];
  return [centre - 0.5 - (width - 1) / 2, centre - 0.5 + (width - 1) / 2];
}

function splitCosines([a = 0, b = 0, c = 0, d = 0, e = 0, f = 0]: readonly number[]): readonly [
  Vector,
  Vector,
] {
  return [
    [a, b, c],
    [d, e, f],
  ];
}

/** The first numbers of a decimal or integer string, when all of them are there. */
function readNumbers(from: DataSet | undefined, tag: string, count: number): readonly number[] | undefined {
  if (from === undefined || from.elements[tag] === undefined) return undefined;
  const numbers = Array.from({ length: count }, (_, index) => from.floatString(tag, index) ?? Number.NaN);
  return numbers.every(Number.isFinite) ? numbers : undefined;
}

import type { SliceGeometry, Vector } from '../../geometry.ts';
import type { VolumeSettings } from '../options.ts';
import { nameEdges, namePlane, negate } from '../orientation.ts';
import type { NiftiHeader } from './nifti-header.ts';

/** A voxel axis (0 is i), walked forwards or backwards. */
export interface Walk {
  readonly axis: 0 | 1 | 2;
  readonly backwards: boolean;
}

/** How pictures are cut from a volume: which voxel axes run to the right, down and from slice to slice. */
export interface Cut {
  readonly right: Walk;
  readonly down: Walk;
  readonly through: 0 | 1 | 2;
  readonly plane: SliceGeometry['plane'];
  readonly edges?: NonNullable<SliceGeometry['edges']>;
}

const AXES = [0, 1, 2] as const;
/** Right and down in DICOM patient space, as radiologists hang pictures (the patient's right on the left). */
const HANGING = {
  AXIAL: { right: [1, 0, 0], down: [0, 1, 0] },
  CORONAL: { right: [1, 0, 0], down: [0, 0, -1] },
  SAGITTAL: { right: [0, 1, 0], down: [0, 0, -1] },
} as const satisfies Record<string, { right: Vector; down: Vector }>;
const NORMAL = { SAGITTAL: 0, CORONAL: 1, AXIAL: 2 } as const;

/**
 * The cut for a plane along the voxel axes nearest to it, hung as radiologists do; nothing is resampled. `STORED` cuts
 * along the file's own slices. `undefined` when the file does not say how its voxels lie and a plane was asked for.
 */
export function chooseCut(
  { affine }: Pick<NiftiHeader, 'affine'>,
  plane: VolumeSettings['plane'],
): Cut | undefined {
  if (affine === undefined) {
    // j grows upwards in NIfTI's own drawing of itself.
    const cut = {
      right: { axis: 0, backwards: false },
      down: { axis: 1, backwards: true },
      through: 2,
      plane: 'STORED',
    } as const;
    return plane === 'STORED' ? cut : undefined;
  }
  const nearest = matchAxes(affine);
  const through = plane === 'STORED' ? 2 : nearest[NORMAL[plane]];
  const named = (['SAGITTAL', 'CORONAL', 'AXIAL'] as const)[nearest.indexOf(through)] ?? 'AXIAL';
  const walk = (towards: Vector, axis: 0 | 1 | 2): Walk => ({
    axis,
    backwards: dot(affine[axis], towards) < 0,
  });
  const hanging = HANGING[named];
  const right = walk(hanging.right, nearest[findAxis(hanging.right)]);
  const down = walk(hanging.down, nearest[findAxis(hanging.down)]);
  const step = ({ axis, backwards }: Walk) => (backwards ? negate(affine[axis]) : affine[axis]);
  const [rightStep, downStep] = [step(right), step(down)];
  return {
    right,
    down,
    through,
    plane: namePlane(rightStep, downStep),
    edges: nameEdges(rightStep, downStep),
  };
}

/** For each axis of the body the voxel axis that is nearest to it, each used once, the closest pair first. */
function matchAxes(affine: readonly [Vector, Vector, Vector]): [0 | 1 | 2, 0 | 1 | 2, 0 | 1 | 2] {
  const pairs = AXES.flatMap((body) =>
    AXES.map((voxel) => ({
      body,
      voxel,
      closeness: Math.abs(affine[voxel][body]) / Math.hypot(...affine[voxel]),
    })),
  ).sort((a, b) => b.closeness - a.closeness);
  const found: [0 | 1 | 2, 0 | 1 | 2, 0 | 1 | 2] = [0, 1, 2];
  const used = { body: new Set<number>(), voxel: new Set<number>() };
  for (const { body, voxel } of pairs) {
    if (used.body.has(body) || used.voxel.has(voxel)) continue;
    found[body] = voxel;
    used.body.add(body);
    used.voxel.add(voxel);
  }
  return found;
}

function findAxis(direction: Vector): 0 | 1 | 2 {
  return AXES.find((axis) => direction[axis] !== 0) ?? 0;
}

function dot(one: Vector, other: Vector): number {
  return one[0] * other[0] + one[1] * other[1] + one[2] * other[2];
}

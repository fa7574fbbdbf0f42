import type { Vector } from '../../geometry.ts';
import { add, cross, dot, normalise, scale } from '../vectors.ts';

/**
 * How a cloud's axes lie: which way is up, or a depth camera's frame, x to its right and either y down and z away from it
 * (SENSOR) or y up and z towards it (SENSOR_Y_UP).
 */
export type CloudAxes = 'Z_UP' | 'Y_UP' | 'SENSOR' | 'SENSOR_Y_UP';

/** Where a picture's axes point in the source; unit vectors with right × down = forward. */
export interface CameraAxes {
  readonly right: Vector;
  readonly down: Vector;
  readonly forward: Vector;
}

/** The front camera of each convention. */
const FRONT: Readonly<Record<CloudAxes, CameraAxes>> = {
  Z_UP: { right: [1, 0, 0], down: [0, 0, -1], forward: [0, 1, 0] },
  Y_UP: { right: [1, 0, 0], down: [0, -1, 0], forward: [0, 0, -1] },
  SENSOR_Y_UP: { right: [1, 0, 0], down: [0, -1, 0], forward: [0, 0, -1] },
  SENSOR: { right: [1, 0, 0], down: [0, 1, 0], forward: [0, 0, 1] },
};

/** Forward and right of each named camera, as parts of the front camera's right, down and forward. */
const NAMED: Readonly<Record<string, readonly [forward: Vector, right: Vector]>> = {
  front: [
    [0, 0, 1],
    [1, 0, 0],
  ],
  back: [
    [0, 0, -1],
    [-1, 0, 0],
  ],
  left: [
    [1, 0, 0],
    [0, 0, -1],
  ],
  right: [
    [-1, 0, 0],
    [0, 0, 1],
  ],
  top: [
    [0, 1, 0],
    [1, 0, 0],
  ],
  bottom: [
    [0, -1, 0],
    [1, 0, 0],
  ],
  isometric: [
    [-1, 1, 1],
    [1, 0, 1],
  ],
  'isometric-back': [
    [1, 1, -1],
    [-1, 0, -1],
  ],
};

const TILT = /^x(-15|0|15)y(-15|0|15)z(-15|0|15)$/;
const TILT_DEGREES = [-15, 0, 15] as const;

/** Names of the 27 tilted cameras (Cao et al., "Complementary Pseudo Multimodal Feature", 2023). */
export const TILT_CAMERAS: readonly string[] = TILT_DEGREES.flatMap((x) =>
  TILT_DEGREES.flatMap((y) => TILT_DEGREES.map((z) => `x${x}y${y}z${z}`)),
);

/** Names of the cameras along the principal axes. */
export const AUTO_CAMERAS: readonly string[] = Array.from({ length: 6 }, (_, index) => `auto-${index + 1}`);

/** Whether a camera of this name exists, `auto` and `tilts` aside. */
export function isCameraName(name: string): boolean {
  return name in NAMED || name === 'widest' || TILT.test(name) || AUTO_CAMERAS.includes(name);
}

/**
 * The axes of a camera by name; `principal` (three unit vectors, flattest last) is asked for only by `auto-N`.
 * @throws RangeError for names that don't exist, `widest` among them: it is chosen by the object's size
 */
export function findCamera(
  name: string,
  axes: CloudAxes,
  principal: () => readonly [Vector, Vector, Vector],
): CameraAxes {
  const front = FRONT[axes];
  const named = NAMED[name];
  if (named !== undefined) {
    const forward = normalise(combine(front, named[0]));
    const right = normalise(combine(front, named[1]));
    return { right, down: cross(forward, right), forward };
  }
  const tilt = TILT.exec(name);
  if (tilt !== null) return tiltCamera(front, [Number(tilt[1]), Number(tilt[2]), Number(tilt[3])]);
  const auto = AUTO_CAMERAS.indexOf(name);
  if (auto < 0) throw new RangeError(`There is no camera ${name}.`);
  return findAutoCamera(auto, principal());
}

function combine({ right, down, forward }: CameraAxes, [r, d, f]: Vector): Vector {
  return add(scale(right, r), scale(down, d), scale(forward, f));
}

/** Turning the object about the picture's axes, x first, is turning the camera the other way. */
function tiltCamera(front: CameraAxes, degrees: Vector): CameraAxes {
  const rotation = multiplyRotations(degrees);
  const toSource = (row: Vector) => combine(front, row);
  return { right: toSource(rotation[0]), down: toSource(rotation[1]), forward: toSource(rotation[2]) };
}

type Matrix = readonly [Vector, Vector, Vector];

/** Rows of Rz Ry Rx. */
function multiplyRotations([x, y, z]: Vector): Matrix {
  const [a, b, c] = [x, y, z].map((degrees) => (degrees * Math.PI) / 180) as [number, number, number];
  const [sx, cx, sy, cy, sz, cz] = [
    Math.sin(a),
    Math.cos(a),
    Math.sin(b),
    Math.cos(b),
    Math.sin(c),
    Math.cos(c),
  ];
  return [
    [cz * cy, cz * sy * sx - sz * cx, cz * sy * cx + sz * sx],
    [sz * cy, sz * sy * sx + cz * cx, sz * sy * cx - cz * sx],
    [-sy, cy * sx, cy * cx],
  ];
}

/** Both ways along the flattest axis first, then along the middle one and the longest. */
function findAutoCamera(index: number, [long, middle, flat]: Matrix): CameraAxes {
  const [along, across] = (
    [
      [flat, long],
      [middle, long],
      [long, middle],
    ] as const
  )[Math.floor(index / 2)] ?? [flat, long];
  const forward = scale(along, index % 2 === 0 ? 1 : -1);
  const right = normalise(add(across, scale(forward, -dot(across, forward))));
  return { right, down: cross(forward, right), forward };
}

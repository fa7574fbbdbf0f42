import type { Vector } from '../../geometry.ts';
import { createColumns, type PointCloud, packColour, padCount } from '../cloud.ts';
import { findLasColour, type LasHeader } from './read-las-header.ts';

/** Takes points one after another from any buffer and puts them together as a cloud. */
export interface LasCollector {
  /** `at`: offset of a record in `view`. At most `header.points` times. */
  readonly add: (view: DataView, at: number) => void;
  readonly finish: () => PointCloud;
}

/** Coordinates are kept relative to the first point. Colours of 16 bits become 8, unless none is above 255. */
export function collectLas({ points, scale, offset, pointFormat }: LasHeader): LasCollector {
  const { x, y, z } = createColumns(points);
  const intensities = new Float32Array(padCount(points));
  const colourAt = findLasColour(pointFormat);
  const channels = colourAt === undefined ? undefined : new Uint16Array(points * 3);
  let count = 0;
  let first = [0, 0, 0];
  return {
    add: (view, at) => {
      const px = view.getInt32(at, true);
      const py = view.getInt32(at + 4, true);
      const pz = view.getInt32(at + 8, true);
      if (count === 0) first = [px, py, pz];
      x[count] = (px - (first[0] ?? 0)) * scale[0];
      y[count] = (py - (first[1] ?? 0)) * scale[1];
      z[count] = (pz - (first[2] ?? 0)) * scale[2];
      intensities[count] = view.getUint16(at + 12, true);
      if (channels !== undefined && colourAt !== undefined) {
        channels[count * 3] = view.getUint16(at + colourAt, true);
        channels[count * 3 + 1] = view.getUint16(at + colourAt + 2, true);
        channels[count * 3 + 2] = view.getUint16(at + colourAt + 4, true);
      }
      count += 1;
    },
    finish: () => {
      const toWorld = (axis: 0 | 1 | 2) => (first[axis] ?? 0) * scale[axis] + offset[axis];
      const origin: Vector = [toWorld(0), toWorld(1), toWorld(2)];
      return {
        count,
        x,
        y,
        z,
        offset: origin,
        colours: channels && packChannels(channels, points),
        intensities: intensities.some((value) => value > 0) ? intensities : undefined,
        unit: undefined,
        notes: [],
      };
    },
  };
}

/** `undefined` when all are black: formats with room for colours are often written without any. */
function packChannels(channels: Uint16Array, points: number): Uint32Array | undefined {
  let most = 0;
  for (const value of channels) if (value > most) most = value;
  if (most === 0) return undefined;
  const shift = most > 255 ? 8 : 0;
  const colours = new Uint32Array(padCount(points));
  for (let i = 0; i < points; i++) {
    const [red = 0, green = 0, blue = 0] = channels.subarray(i * 3, i * 3 + 3);
    colours[i] = packColour(red >> shift, green >> shift, blue >> shift);
  }
  return colours;
}

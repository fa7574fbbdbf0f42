/** Which slices of a volume become views, and how their values become grey. Every field has a default. */
export interface VolumeOptions {
  /**
   * How the cuts lie. `STORED`, the default, shows the slices as the file stacks them. The other planes are cut from
   * NIfTI volumes that state how they lie; a DICOM file has its frames only.
   */
  readonly plane?: 'STORED' | 'AXIAL' | 'CORONAL' | 'SAGITTAL' | undefined;
  /** Most slices shown, 1..64, default 6, evenly spaced. */
  readonly slices?: number | undefined;
  /** These slices instead, counted from 0; those that do not exist are left out. 1..64 of them. */
  readonly indexes?: readonly number[] | undefined;
  /** Values, after rescaling, to be shown as black and white. Default: the file's window, or what 99 % of it fills. */
  readonly window?: readonly [number, number] | undefined;
}

/** Options with the defaults filled in. */
export interface VolumeSettings {
  readonly plane: 'STORED' | 'AXIAL' | 'CORONAL' | 'SAGITTAL';
  readonly slices: number;
  readonly indexes?: readonly number[];
  readonly window?: readonly [number, number];
}

const MOST_SLICES = 64;
const USUAL_SLICES = 6;

/** @throws RangeError for options outside their range */
export function resolveVolumeOptions(options: VolumeOptions = {}): VolumeSettings {
  const { plane = 'STORED', slices = USUAL_SLICES, indexes, window } = options;
  if (!['STORED', 'AXIAL', 'CORONAL', 'SAGITTAL'].includes(plane)) {
    throw new RangeError(`volume.plane must be STORED, AXIAL, CORONAL or SAGITTAL, not ${plane}.`);
  }
  if (!Number.isInteger(slices) || slices < 1 || slices > MOST_SLICES) {
    throw new RangeError(`volume.slices must be a whole number from 1 to ${MOST_SLICES}, not ${slices}.`);
  }
  if (indexes !== undefined && !areIndexes(indexes)) {
    throw new RangeError(`volume.indexes must be 1 to ${MOST_SLICES} whole numbers from 0.`);
  }
  if (
    window !== undefined &&
    !(Number.isFinite(window[0]) && window[0] < window[1] && Number.isFinite(window[1]))
  ) {
    throw new RangeError('volume.window must be two numbers, the lower one first.');
  }
  return { plane, slices, ...(indexes && { indexes }), ...(window && { window }) };
}

function areIndexes(indexes: readonly number[]): boolean {
  return (
    indexes.length >= 1 &&
    indexes.length <= MOST_SLICES &&
    indexes.every((index) => Number.isInteger(index) && index >= 0)
  );
}

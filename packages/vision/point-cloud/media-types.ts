/** Files of points and faces that can be converted. */
export type PointCloudMediaType =
  | 'model/ply'
  | 'model/x-pcd'
  | 'model/x-pts'
  | 'text/x-xyz'
  | 'application/vnd.las'
  | 'application/vnd.laszip'
  | 'model/stl'
  | 'model/obj';

/** Image files that can hold points. Detected and declared as images. */
export type PointImageMediaType = 'image/png' | 'image/tiff';

const TEXTS = ['text/plain', 'text/csv', 'text/tab-separated-values', 'text/x-asc', 'application/csv'];

/** Other names under which senders declare these types. */
export const POINT_CLOUD_DECLARED_AS: Readonly<Record<PointCloudMediaType, readonly string[]>> = {
  'model/ply': ['application/ply', 'application/x-ply', 'model/x-ply', 'text/plain', 'text/x-ply'],
  'model/x-pcd': ['application/pcd', 'application/x-pcd', 'application/vnd.pcd', 'model/pcd', 'text/plain'],
  'model/x-pts': ['application/x-pts', 'text/x-pts', 'model/pts', 'text/x-xyz', ...TEXTS],
  'text/x-xyz': ['application/x-xyz', 'model/x-xyz', 'model/xyz', 'text/xyz', 'model/x-pts', ...TEXTS],
  'application/vnd.las': ['application/las', 'application/x-las', 'model/x-las', 'model/las'],
  'application/vnd.laszip': ['application/laz', 'application/x-laz', 'model/x-laz', 'application/vnd.las'],
  'model/stl': [
    'application/sla',
    'application/vnd.ms-pki.stl',
    'application/x-stl',
    'model/x-stl.binary',
    'model/x-stl.ascii',
    'text/plain',
  ],
  'model/obj': ['application/obj', 'application/x-obj', 'application/object', 'model/x-obj', 'text/plain'],
};

/** Declarations that make bare columns of numbers a cloud. Nothing else tells them from other tables. */
export const DECLARED_XYZ: ReadonlySet<string> = new Set([
  'text/x-xyz',
  'text/xyz',
  'application/x-xyz',
  'model/x-xyz',
  'model/xyz',
  'model/x-pts',
  'model/pts',
  'text/x-pts',
  'application/x-pts',
  'text/x-asc',
]);

/** What a file may cost. Checked from its headers, before anything is decoded or allocated. */
export interface Limits {
  /** Size of the file, bytes. */
  readonly maxBytes: number;
  /** Width × height of the source, pixels. */
  readonly maxPixels: number;
  /** Width or height of the source, pixels. */
  readonly maxLongSidePx: number;
  /** Width × height of a HEIC source: its decoder holds whole pictures, up to 16 bytes of memory per pixel. */
  readonly maxHeicPixels: number;
  /** Width × height × slices of a volume; a slice is bounded by `maxPixels` too. */
  readonly maxVoxels: number;
  /** Points of a cloud, or vertices of a mesh. */
  readonly maxPoints: number;
  /** Channels of a time series. */
  readonly maxChannels: number;
  /** Rows of a time series. */
  readonly maxRows: number;
  /** Rows × channels of a time series, up to 8 bytes of memory each. */
  readonly maxValues: number;
  /** Bytes of what an archive or a Parquet file holds, unpacked. */
  readonly maxUnpackedBytes: number;
  /** Length of a video, seconds. */
  readonly maxVideoSeconds: number;
  /** Frames of a video, shown or not. */
  readonly maxFrames: number;
  /** Width × height of a video's frame. */
  readonly maxFramePixels: number;
  /** Memory of the process that decodes video, bytes; the file is held in it. */
  readonly maxDecoderBytes: number;
  /** Time for one decode and encode, whole seconds 1..3600. HEIC is bounded by `maxHeicPixels` instead. */
  readonly maxSeconds: number;
}

/**
 * Room for a 200-megapixel phone photograph (16,320 × 12,240), a 48-megapixel HEIC (8064 × 6048) and the longest
 * strip that JPEG allows, within the 100 MB beyond which an upload is multipart.
 */
export const DEFAULT_LIMITS: Limits = {
  maxBytes: 100 * 1024 * 1024,
  maxPixels: 200_000_000,
  maxLongSidePx: 65_535,
  maxHeicPixels: 50_000_000,
  maxVoxels: 512 * 512 * 1024,
  maxPoints: 20_000_000,
  maxChannels: 64,
  maxRows: 100_000_000,
  maxValues: 100_000_000,
  maxUnpackedBytes: 1024 * 1024 * 1024,
  maxVideoSeconds: 4 * 3600,
  maxFrames: 500_000,
  maxFramePixels: 8192 * 4320,
  maxDecoderBytes: 1024 * 1024 * 1024,
  maxSeconds: 30,
};

import { RejectedError } from '../rejected-error.ts';
import type { Plane, YcbcrCoding } from './ycbcr.ts';

type LibheifModule = ReturnType<typeof import('libheif-js/libheif-wasm/libheif.js')>;

/** WebAssembly memory only grows: past this an instance is dropped, and the next file gets a new one (60 ms). */
const RECYCLE_ABOVE_BYTES = 192 * 1024 * 1024;
/** `struct heif_error { int code; int subcode; const char *message; }` */
const ERROR_BYTES = 12;
const UNSUPPORTED_FILE_TYPE = 3;
const UNSUPPORTED_FEATURE = 4;
const OUT_OF_MEMORY = 6;
const SECURITY_LIMIT_EXCEEDED = 1000;
/** `max_image_size_pixels` in `struct heif_security_limits`, after the version byte and its padding. */
const MAX_PIXELS_OFFSET = 8;
/** `matrix_coefficients` and `full_range_flag` in `struct heif_color_profile_nclx`. */
const MATRIX_OFFSET = 12;
const FULL_RANGE_OFFSET = 16;
const NO_PROFILE = 10;
/** `heif_colorspace_undefined`, `heif_chroma_undefined`. */
const AS_STORED = 99;
/** `output_image_nclx_profile_passthrough` in `struct heif_decoding_options`. */
const PASSTHROUGH_OFFSET = 69;

let idle: LibheifModule | undefined;

/**
 * Runs `work` on libheif, synchronously and alone, and frees all it took.
 * libheif's own JavaScript wrapper writes to the console and copies pictures twice, so its C interface is called.
 * @throws RejectedError for every failure of libheif, traps of its code included
 */
export async function borrowLibheif<T>(work: (heif: HeifCalls) => T): Promise<T> {
  // Only HEIC files pay for loading 2 MB of decoder.
  const { default: createLibheif } = await import('libheif-js/libheif-wasm/libheif.js');
  const module = idle ?? createLibheif({ print: discardLine, printErr: discardLine });
  idle = undefined;
  try {
    const calls = new HeifCalls(module);
    try {
      return work(calls);
    } finally {
      calls.release();
      if (module.HEAPU8.byteLength <= RECYCLE_ABOVE_BYTES) idle = module;
    }
  } catch (cause) {
    if (cause instanceof RejectedError) throw cause;
    // A trap of the module: its memory may be in any state, so it is dropped.
    idle = undefined;
    throw rejectHeic('CORRUPT_IMAGE', cause instanceof Error ? cause.message : 'trap', cause);
  }
}

/** The decoder prints about damaged files; what matters of that is in its errors. */
function discardLine(): void {}

/** libheif's calls with its conventions (error structs, out pointers, releases) taken care of. */
export class HeifCalls {
  readonly module: LibheifModule;
  readonly #context: number;
  readonly #error: number;
  readonly #out: number;
  readonly #releases: (() => void)[] = [];

  constructor(module: LibheifModule) {
    this.module = module;
    this.#error = this.#allocate(ERROR_BYTES);
    this.#out = this.#allocate(4);
    this.#context = module._heif_context_alloc();
    this.#releases.push(() => module._heif_context_free(this.#context));
  }

  /** Parses the boxes of a file; decodes nothing. */
  open(bytes: Uint8Array, maxPixels: number): void {
    const { module } = this;
    const limits = module._heif_context_get_security_limits(this.#context);
    this.#view().setBigUint64(limits + MAX_PIXELS_OFFSET, BigInt(maxPixels), true);
    const data = this.#reserve(bytes.length);
    // Read until the context is gone, so freed after it.
    this.#releases.unshift(() => module._free(data));
    module.HEAPU8.set(bytes, data);
    module._heif_context_read_from_memory_without_copy(this.#error, this.#context, data, bytes.length, 0);
    this.#assertOk();
  }

  /** Ids of the pictures that stand for themselves, not tiles, thumbnails or masks of others; the primary one first. */
  listPictures(): readonly number[] {
    const { module } = this;
    const stated = module._heif_context_get_number_of_top_level_images(this.#context);
    const list = this.#allocate(stated * 4);
    const count = module._heif_context_get_list_of_top_level_image_IDs(this.#context, list, stated);
    module._heif_context_get_primary_image_ID(this.#error, this.#context, this.#out);
    this.#assertOk();
    const view = this.#view();
    const primary = view.getUint32(this.#out, true);
    const ids = Array.from({ length: count }, (_, index) => view.getUint32(list + index * 4, true));
    return [primary, ...ids.filter((id) => id !== primary)];
  }

  getPicture(id: number): number {
    this.module._heif_context_get_image_handle(this.#error, this.#context, id, this.#out);
    this.#assertOk();
    const handle = this.#view().getUint32(this.#out, true);
    this.#releases.push(() => this.module._heif_image_handle_release(handle));
    return handle;
  }

  /** The ICC profile, if the picture has one. */
  readProfile(handle: number): Uint8Array | undefined {
    const size = this.module._heif_image_handle_get_raw_color_profile_size(handle);
    if (size === 0) return undefined;
    const data = this.#allocate(size);
    this.module._heif_image_handle_get_raw_color_profile(this.#error, handle, data);
    this.#assertOk();
    return this.module.HEAPU8.slice(data, data + size);
  }

  /** Decodes a picture; a warning counts as an error, since it means that part of the picture is missing. */
  decode(handle: number, colourSpace: number, chroma: number): number {
    return this.#decode(handle, colourSpace, chroma, 0);
  }

  /** The same into planes as they are stored: otherwise libheif would turn them into those of sRGB. */
  decodeAsStored(handle: number): number {
    const options = this.module._heif_decoding_options_alloc();
    this.#releases.push(() => this.module._heif_decoding_options_free(options));
    this.module.HEAPU8[options + PASSTHROUGH_OFFSET] = 1;
    return this.#decode(handle, AS_STORED, AS_STORED, options);
  }

  #decode(handle: number, colourSpace: number, chroma: number, options: number): number {
    this.module._heif_decode_image(this.#error, handle, this.#out, colourSpace, chroma, options);
    this.#assertOk();
    const image = this.#view().getUint32(this.#out, true);
    this.#releases.push(() => this.module._heif_image_release(image));
    const warnings = this.module._heif_image_get_decoding_warnings(image, 0, 0, 0);
    if (warnings > 0) throw rejectHeic('CORRUPT_IMAGE', `${warnings} decoding warnings`);
    return image;
  }

  /** Colour space that a picture is stored in, a number of heif_image.h. */
  readColourSpace(handle: number): number {
    const chroma = this.#allocate(4);
    this.module._heif_image_handle_get_preferred_decoding_colorspace(this.#error, handle, this.#out, chroma);
    this.#assertOk();
    return this.#view().getInt32(this.#out, true);
  }

  /** How a decoded picture's samples stand for light; `undefined` when it is in numbers that libheif does not know. */
  readCoding(image: number): YcbcrCoding | undefined {
    const { module } = this;
    module._heif_image_get_nclx_color_profile(this.#error, image, this.#out);
    const code = this.#view().getInt32(this.#error, true);
    if (code === NO_PROFILE) return { matrix: 2, isFullRange: true };
    if (code !== 0) return undefined;
    const profile = this.#view().getUint32(this.#out, true);
    const matrix = this.#view().getInt32(profile + MATRIX_OFFSET, true);
    const isFullRange = module.HEAPU8[profile + FULL_RANGE_OFFSET] !== 0;
    module._heif_nclx_color_profile_free(profile);
    return { matrix, isFullRange };
  }

  /** A view of a decoded picture's samples: good until the next call. */
  viewPlane(image: number, channel: number): Plane {
    const start = this.module._heif_image_get_plane_readonly(image, channel, this.#out);
    if (start === 0) throw rejectHeic('CORRUPT_IMAGE', `no plane ${channel}`);
    return { data: this.module.HEAPU8.subarray(start), stride: this.#view().getInt32(this.#out, true) };
  }

  /** Frees everything, last taken first. */
  release(): void {
    for (const release of this.#releases.reverse()) release();
  }

  #allocate(size: number): number {
    const pointer = this.#reserve(size);
    this.#releases.push(() => this.module._free(pointer));
    return pointer;
  }

  #reserve(size: number): number {
    const pointer = this.module._malloc(size);
    if (pointer === 0) throw rejectHeic('CORRUPT_IMAGE', `no memory for ${size} bytes`);
    return pointer;
  }

  #view(): DataView {
    return new DataView(this.module.HEAPU8.buffer);
  }

  #assertOk(): void {
    const view = this.#view();
    const code = view.getInt32(this.#error, true);
    if (code === 0) return;
    const subcode = view.getInt32(this.#error + 4, true);
    const message = this.#readString(view.getUint32(this.#error + 8, true));
    const decoder = `${message} (${code}.${subcode})`;
    const isLimit = subcode === SECURITY_LIMIT_EXCEEDED;
    // libheif also limits boxes, items and profiles; only these are about the picture's size.
    if (isLimit ? /image size|pixels/i.test(message) : code === OUT_OF_MEMORY) {
      throw rejectHeic('TOO_MANY_PIXELS', decoder);
    }
    if (isLimit || code === UNSUPPORTED_FILE_TYPE || code === UNSUPPORTED_FEATURE) {
      throw rejectHeic('UNSUPPORTED_VARIANT', decoder);
    }
    throw rejectHeic('CORRUPT_IMAGE', decoder);
  }

  #readString(pointer: number): string {
    const memory = this.module.HEAPU8;
    const end = memory.indexOf(0, pointer);
    return Buffer.from(memory.subarray(pointer, Math.min(end, pointer + 200))).toString('utf8');
  }
}

const SENTENCES = {
  CORRUPT_IMAGE: 'The HEIC file is damaged or incomplete. Send it again, or export it again from its source.',
  TOO_MANY_PIXELS: 'The HEIC file states more pixels than are accepted. Send a smaller copy.',
  UNSUPPORTED_VARIANT: 'The HEIC file uses a codec or feature that cannot be read. Save it as JPEG.',
} as const;

function rejectHeic(code: keyof typeof SENTENCES, decoder: string, cause?: unknown): RejectedError {
  return new RejectedError(code, SENTENCES[code], { decoder: decoder.slice(0, 300) }, { cause });
}

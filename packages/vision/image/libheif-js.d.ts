/** The part of libheif's C interface that is used: pointers are byte offsets into `HEAPU8`. */
declare module 'libheif-js/libheif-wasm/libheif.js' {
  interface LibheifModule {
    /** The module's memory; replaced whenever it grows, so never kept across a call. */
    readonly HEAPU8: Uint8Array<ArrayBuffer>;
    _malloc(size: number): number;
    _free(pointer: number): void;
    _heif_context_alloc(): number;
    _heif_context_free(context: number): void;
    _heif_context_get_security_limits(context: number): number;
    /** These write a `heif_error` to their first argument. */
    _heif_context_read_from_memory_without_copy(
      error: number,
      context: number,
      data: number,
      size: number,
      options: number,
    ): void;
    _heif_context_get_number_of_top_level_images(context: number): number;
    /** Writes at most `count` ids of 4 bytes; gives how many. */
    _heif_context_get_list_of_top_level_image_IDs(context: number, idsOut: number, count: number): number;
    _heif_context_get_primary_image_ID(error: number, context: number, idOut: number): void;
    _heif_context_get_image_handle(error: number, context: number, id: number, handleOut: number): void;
    _heif_decoding_options_alloc(): number;
    _heif_decoding_options_free(options: number): void;
    _heif_decode_image(
      error: number,
      handle: number,
      imageOut: number,
      colourSpace: number,
      chroma: number,
      options: number,
    ): void;
    _heif_image_handle_get_raw_color_profile(error: number, handle: number, out: number): void;
    _heif_image_handle_get_raw_color_profile_size(handle: number): number;
    _heif_image_handle_release(handle: number): void;
    _heif_image_handle_get_width(handle: number): number;
    _heif_image_handle_get_height(handle: number): number;
    _heif_image_handle_has_alpha_channel(handle: number): number;
    _heif_image_handle_is_premultiplied_alpha(handle: number): number;
    _heif_image_handle_get_luma_bits_per_pixel(handle: number): number;
    _heif_image_handle_get_chroma_bits_per_pixel(handle: number): number;
    _heif_image_handle_get_preferred_decoding_colorspace(
      error: number,
      handle: number,
      colourSpaceOut: number,
      chromaOut: number,
    ): void;
    /** Writes the address of a struct that `_heif_nclx_color_profile_free` frees. */
    _heif_image_get_nclx_color_profile(error: number, image: number, profileOut: number): void;
    _heif_nclx_color_profile_free(profile: number): void;
    _heif_image_get_chroma_format(image: number): number;
    _heif_image_get_bits_per_pixel_range(image: number, channel: number): number;
    _heif_image_release(image: number): void;
    _heif_image_get_width(image: number, channel: number): number;
    _heif_image_get_height(image: number, channel: number): number;
    _heif_image_get_plane_readonly(image: number, channel: number, strideOut: number): number;
    _heif_image_get_decoding_warnings(image: number, first: number, out: number, most: number): number;
  }
  /** `print` and `printErr` take what the C code writes to its standard streams. */
  function createLibheif(options: {
    readonly print: (line: string) => void;
    readonly printErr: (line: string) => void;
  }): LibheifModule;
  export = createLibheif;
}

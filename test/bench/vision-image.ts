/**
 * `convert()` of a 12-megapixel photograph to 2048 px beside the bare sharp pipeline that does the same.
 *
 *     npm run bench -- --only vision.image
 */
import sharp from 'sharp';
import { convert } from '../../packages/vision/index.ts';
import { encodePhotograph, makePhotograph } from './support/make-photograph.ts';
import { runBench } from './support/run-bench.ts';
import { takeTurns } from './support/take-turns.ts';

const LONG_SIDE_PX = 2048;
const VIEW_PIXELS = LONG_SIDE_PX * 1536;
const SOURCE_PIXELS = 12_000_000;

await runBench(7, async (runs) => {
  const { jpeg, png, webp, tiff, bmp } = await encodePhotograph(await makePhotograph());
  const view = (bytes: Uint8Array) => () => convert(bytes, { longSidePx: LONG_SIDE_PX });
  const bare = (bytes: Uint8Array) => () => runBare(bytes);
  const main = await takeTurns(
    { 'vision.image_12mp.ms': view(jpeg), 'peer.sharp_12mp_ms': bare(jpeg) },
    runs * 2,
  );
  const others = await takeTurns(
    {
      'vision.image_12mp_png.ms': view(png),
      'peer.sharp_12mp_png_ms': bare(png),
      'vision.image_12mp_webp.ms': view(webp),
      'peer.sharp_12mp_webp_ms': bare(webp),
      'vision.image_12mp_tiff.ms': view(tiff),
      'peer.sharp_12mp_tiff_ms': bare(tiff),
      'vision.image_12mp_bmp.ms': view(bmp),
    },
    runs,
  );
  return {
    figures: { ...main, ...others },
    // The file and every decoded pixel are moved at least once; a JPEG's entropy coding is far from that.
    bytesMoved: { 'vision.image_12mp.ms': jpeg.length + 3 * SOURCE_PIXELS + 3 * VIEW_PIXELS },
  };
});

/** The least that gives the same view: orient, shrink, JPEG of the same quality. */
function runBare(bytes: Uint8Array): Promise<Buffer> {
  return sharp(bytes)
    .autoOrient()
    .resize({ width: LONG_SIDE_PX, height: LONG_SIDE_PX, fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality: 90, chromaSubsampling: '4:4:4', optimiseCoding: false })
    .toBuffer();
}

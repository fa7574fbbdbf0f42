import {
  AV_PIX_FMT_RGBA,
  AVCOL_SPC_BT709,
  AVCOL_SPC_UNSPECIFIED,
  type AVPixelFormat,
  SWS_AREA,
  SWS_BICUBIC,
} from 'node-av/constants';
import { Frame, SoftwareScaleContext } from 'node-av/lib';
import type { FrameSize } from '../frame-source.ts';
import { rejectVideo } from '../reject.ts';

/** From this height on video that names no colours is taken for BT.709, below for BT.601, as players do. */
const HIGH_DEFINITION_PX = 720;

const WHITE = 255;

/** Scales frames to one size and pixel format. The bytes are packed rows, good until the next call. */
export function createScaler(
  { widthPx, heightPx }: FrameSize,
  format: AVPixelFormat,
  quality: 'AREA' | 'BICUBIC',
): (frame: Frame) => Uint8Array {
  const scaler = new SoftwareScaleContext();
  scaler.allocContext();
  scaler.setOption('sws_flags', quality === 'AREA' ? SWS_AREA : SWS_BICUBIC);
  return (frame) => {
    if (frame.colorSpace === AVCOL_SPC_UNSPECIFIED && frame.height >= HIGH_DEFINITION_PX) {
      frame.colorSpace = AVCOL_SPC_BT709;
    }
    using scaled = new Frame();
    scaled.alloc();
    scaled.width = widthPx;
    scaled.height = heightPx;
    scaled.format = format;
    if (scaled.getBuffer(1) < 0 || scaler.scaleFrameSync(scaled, frame) < 0) {
      throw rejectVideo('its frames have a form that cannot be shown');
    }
    return scaled.toBuffer();
  };
}

/** Scales frames to packed RGB, what is transparent laid on white. */
export function createFlattener(size: FrameSize): (frame: Frame) => Uint8Array {
  const scale = createScaler(size, AV_PIX_FMT_RGBA, 'BICUBIC');
  const flat = new Uint8Array(size.widthPx * size.heightPx * 3);
  return (frame) => {
    const pixels = scale(frame);
    for (let from = 0, to = 0; to < flat.length; from += 4, to += 3) {
      const opacity = (pixels[from + 3] ?? 0) / WHITE;
      for (let channel = 0; channel < 3; channel++) {
        flat[to + channel] = Math.round((pixels[from + channel] ?? 0) * opacity + WHITE * (1 - opacity));
      }
    }
    return flat;
  };
}

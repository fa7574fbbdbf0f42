import {
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

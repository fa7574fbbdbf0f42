// Pixels of the encoded picture.

import { NOTHING } from './depth-picture';

/** Writes the window at (left, top) of a lit picture as grey bytes: white where nothing is seen. */
export function paintGrey(
  depths: usize, light: usize, stride: i32, left: i32, top: i32, width: i32, height: i32, target: usize,
  dark: f32, bright: f32,
): void {
  for (let row = 0; row < height; row++) {
    const at = (<usize>((top + row) * stride + left)) << 2;
    for (let column = 0; column < width; column++) {
      const place = at + ((<usize>column) << 2);
      const value = <i32>(dark + (bright - dark) * load<f32>(light + place));
      store<u8>(target++, select<i32>(255, value, load<i32>(depths + place) == NOTHING));
    }
  }
}

/**
 * Writes the window as RGB bytes, `pitch` bytes a row: the colour of `values` (scaled so that `low`..`high` spans the 256
 * colours of the palette, 0x00BBGGRR) times its light, at least `floor` of it. Leaves alone what is not seen.
 */
export function paintPalette(
  depths: usize, values: usize, light: usize, stride: i32, left: i32, top: i32, width: i32, height: i32,
  target: usize, pitch: i32, palette: usize, low: f32, high: f32, floor: f32,
): void {
  const scale: f32 = <f32>255.99 / (high - low);
  for (let row = 0; row < height; row++) {
    const at = (<usize>((top + row) * stride + left)) << 2;
    const line = target + <usize>(row * pitch);
    for (let column = 0; column < width; column++) {
      const place = at + ((<usize>column) << 2);
      if (load<i32>(depths + place) == NOTHING) continue;
      const share = <i32>max<f32>(0, min<f32>(255, (load<f32>(values + place) - low) * scale));
      const colour = load<u32>(palette + ((<usize>share) << 2));
      const lit = <u32>(<f32>256 * (floor + (1 - floor) * load<f32>(light + place)));
      const redBlue = (((colour & 0xff00ff) * lit) >> 8) & 0xff00ff;
      const green = (((colour & 0xff00) * lit) >> 8) & 0xff00;
      const pixel = line + <usize>(column * 3);
      store<u16>(pixel, redBlue | green);
      store<u8>(pixel, redBlue >> 16, 2);
    }
  }
}

/** Writes the window as RGB bytes from 0x00BBGGRR words; white where nothing is seen. */
export function paintColours(
  depths: usize, colours: usize, stride: i32, left: i32, top: i32, width: i32, height: i32, target: usize,
): void {
  for (let row = 0; row < height; row++) {
    const at = (<usize>((top + row) * stride + left)) << 2;
    for (let column = 0; column < width; column++, target += 3) {
      const place = at + ((<usize>column) << 2);
      const colour = select<i32>(0xffffff, load<i32>(colours + place), load<i32>(depths + place) == NOTHING);
      store<u16>(target, colour);
      store<u8>(target, colour >> 16, 2);
    }
  }
}

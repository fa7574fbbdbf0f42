// Meshes drawn into a depth picture.

import { project } from './camera';

/** Writes column, row and depth of each vertex: 3 arrays of `count` floats. */
export function transform(
  x: usize, y: usize, z: usize, count: i32, camera: usize, u: usize, v: usize, d: usize,
): void {
  for (let i: usize = 0, end = (<usize>count) << 2; i < end; i += 16) {
    const px = v128.load(x + i);
    const py = v128.load(y + i);
    const pz = v128.load(z + i);
    v128.store(u + i, project(camera, 0, px, py, pz));
    v128.store(v + i, project(camera, 1, px, py, pz));
    v128.store(d + i, project(camera, 2, px, py, pz));
  }
}

/**
 * Draws triangles, both sides, at pixel centres, nearest staying. `colours` (0x00BBGGRR per vertex) and `picture` may be
 * 0: then no colours are drawn. Triangles with a vertex that is not finite are left out.
 */
export function drawTriangles(
  triangles: usize, count: i32, u: usize, v: usize, d: usize, depths: usize, width: i32, height: i32,
  colours: usize, picture: usize,
): void {
  for (let i = 0; i < count; i++, triangles += 12) {
    const a = (<usize>load<u32>(triangles)) << 2;
    const b = (<usize>load<u32>(triangles, 4)) << 2;
    const c = (<usize>load<u32>(triangles, 8)) << 2;
    const ax = load<f32>(u + a), bx = load<f32>(u + b), cx = load<f32>(u + c);
    const ay = load<f32>(v + a), by = load<f32>(v + b), cy = load<f32>(v + c);
    const area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
    if (!(abs(area) > 0 && abs(area) < Infinity)) continue;
    const ad = load<f32>(d + a), bd = load<f32>(d + b), cd = load<f32>(d + c);
    const left = <i32>max<f32>(0, min<f32>(<f32>width, ceil(min(ax, min(bx, cx)) - 0.5)));
    const right = <i32>max<f32>(-1, min<f32>(<f32>(width - 1), floor(max(ax, max(bx, cx)) - 0.5)));
    const top = <i32>max<f32>(0, min<f32>(<f32>height, ceil(min(ay, min(by, cy)) - 0.5)));
    const bottom = <i32>max<f32>(-1, min<f32>(<f32>(height - 1), floor(max(ay, max(by, cy)) - 0.5)));
    const inverse: f32 = <f32>1 / area;
    for (let row = top; row <= bottom; row++) {
      const py = <f32>row + 0.5;
      for (let column = left; column <= right; column++) {
        const px = <f32>column + 0.5;
        const wb = ((px - ax) * (cy - ay) - (py - ay) * (cx - ax)) * inverse;
        const wc = ((bx - ax) * (py - ay) - (by - ay) * (px - ax)) * inverse;
        const wa: f32 = <f32>1 - wb - wc;
        // Slightly wide, so that rounding leaves no seam between neighbours.
        if (wa < -1e-4 || wb < -1e-4 || wc < -1e-4) continue;
        const depth = wa * ad + wb * bd + wc * cd;
        const place = (<usize>(row * width + column)) << 2;
        if (!(depth > 0 && depth < load<f32>(depths + place))) continue;
        store<f32>(depths + place, depth);
        if (picture != 0) store<u32>(picture + place, mix(load<u32>(colours + a), load<u32>(colours + b), load<u32>(colours + c), wa, wb, wc));
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function mix(a: u32, b: u32, c: u32, wa: f32, wb: f32, wc: f32): u32 {
  return mixChannel(a, b, c, wa, wb, wc, 0) | mixChannel(a, b, c, wa, wb, wc, 8) | mixChannel(a, b, c, wa, wb, wc, 16);
}

// @ts-ignore: decorator
@inline
function mixChannel(a: u32, b: u32, c: u32, wa: f32, wb: f32, wc: f32, shift: u32): u32 {
  const value = <f32>((a >> shift) & 255) * wa + <f32>((b >> shift) & 255) * wb + <f32>((c >> shift) & 255) * wc;
  return (<u32>max<f32>(0, min<f32>(255, value + 0.5))) << shift;
}

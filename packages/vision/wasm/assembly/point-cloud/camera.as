// A camera: 3 rows of 4 floats giving column, row and depth of a point.

// @ts-ignore: decorator
@inline
export function project(camera: usize, row: usize, px: v128, py: v128, pz: v128): v128 {
  const at = camera + row * 16;
  return f32x4.add(
    f32x4.add(f32x4.mul(v128.load32_splat(at), px), f32x4.mul(v128.load32_splat(at, 4), py)),
    f32x4.add(f32x4.mul(v128.load32_splat(at, 8), pz), v128.load32_splat(at, 12)),
  );
}

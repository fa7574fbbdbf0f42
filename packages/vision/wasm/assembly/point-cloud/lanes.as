// Sums over the lanes of a vector.

// @ts-ignore: decorator
@inline
export function addLanes(value: v128): i64 {
  return i64(i32x4.extract_lane(value, 0) + i32x4.extract_lane(value, 1) + i32x4.extract_lane(value, 2) + i32x4.extract_lane(value, 3));
}

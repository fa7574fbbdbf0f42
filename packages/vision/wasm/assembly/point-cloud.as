// Passes over points and depth pictures.

export { fill, halve, countHoles } from './point-cloud/depth-picture';
export { splat, splatValues } from './point-cloud/splat';
export { measure, measureAll, countMissing } from './point-cloud/measure';
export { bridgeCells, limitCells, cull } from './point-cloud/far-side';
export { spreadColumns, spreadRows, measureColumns, carve } from './point-cloud/spread';
export { smooth, shade } from './point-cloud/shade';
export { paintGrey, paintPalette, paintColours } from './point-cloud/paint';
export { transform, drawTriangles } from './point-cloud/triangles';

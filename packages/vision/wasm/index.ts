export { type Kernels, loadKernels } from './load-kernels.ts';

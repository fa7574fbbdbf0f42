export { drawPerturbation, type Perturbation, perturbImage } from './perturb-image.ts';

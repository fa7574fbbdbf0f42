export { type CloudDefect, damageCloud, rescanCloud } from './perturb-cloud.ts';
export { drawPerturbation, type Perturbation, perturbImage } from './perturb-image.ts';
export { PERTURBATION_KINDS, type PerturbationKind, perturbView } from './perturb-view.ts';

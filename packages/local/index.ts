export { type Cloud, type CloudOptions, type Endpoints, startCloud } from './cloud.ts';
export { DataFolderError } from './damage.ts';
export { createFaults, type FaultSettings, type Faults, parseFaults } from './faults.ts';
export { PortTakenError } from './listening.ts';

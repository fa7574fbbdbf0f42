import type { Command } from '../command.ts';
import { inspectDeadLetters, listDeadLetters, redriveDeadLetters } from './dead-letters.ts';
import { health } from './health.ts';
import { outage } from './outage.ts';
import { preflight } from './preflight.ts';
import { checkRestore, startRestore } from './restore.ts';
import { rotateOperatorKey, rotatePepper, rotateProviderKey } from './rotate.ts';
import { resumeTenant, showTenant, suspendTenant } from './tenant.ts';

export const commands: readonly Command[] = [
  preflight,
  health,
  outage,
  listDeadLetters,
  inspectDeadLetters,
  redriveDeadLetters,
  showTenant,
  suspendTenant,
  resumeTenant,
  rotateOperatorKey,
  rotatePepper,
  rotateProviderKey,
  startRestore,
  checkRestore,
];

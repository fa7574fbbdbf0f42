import { cpSync, rmSync } from 'node:fs';
import { join, sep } from 'node:path';
import { resources } from '@loupe/core/resources';
import { renderComponentName } from '../../../stacks/component-name.ts';
import { output } from '../paths.ts';
import { locateBundle } from '../synth/build-function.ts';
import type { HostedFunction } from './runtime-api.ts';

/**
 * The bundles as they are deployed, but for the packages beside them: those are built for arm64 Linux, so the ones of
 * this machine stand in for them.
 */
export function hostBundles(): readonly HostedFunction[] {
  return resources.functions.map(({ name, timeoutSeconds, memoryMb }) => {
    const taskRoot = join(output, 'run', name);
    const bundle = locateBundle(renderComponentName(name));
    const installed = join(bundle, 'node_modules');
    rmSync(taskRoot, { recursive: true, force: true });
    cpSync(bundle, taskRoot, {
      recursive: true,
      filter: (source) => source !== installed && !source.startsWith(installed + sep),
    });
    return { name, taskRoot, timeoutSeconds, memoryMb };
  });
}

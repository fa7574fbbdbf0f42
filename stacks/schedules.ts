import { resources } from '../packages/core/platform/resources.ts';
import { renderComponentName } from './component-name.ts';
import { findFunction } from './functions.ts';
import { hardenSchedulerRole } from './hardening.ts';

const MINUTE_SECONDS = 60;

for (const schedule of resources.schedules) {
  new sst.aws.CronV2(`${renderComponentName(schedule.name)}Schedule`, {
    function: findFunction(schedule.function).arn,
    schedule: renderRate(schedule.everySeconds),
    transform: { role: hardenSchedulerRole },
  });
}

/** @throws Error for an interval that EventBridge cannot keep: it counts whole minutes */
function renderRate(everySeconds: number): `rate(${string})` {
  const minutes = everySeconds / MINUTE_SECONDS;
  if (!Number.isInteger(minutes) || minutes < 1) {
    throw new Error(`A schedule takes whole minutes, not ${everySeconds} s.`);
  }
  return minutes === 1 ? 'rate(1 minute)' : `rate(${minutes} minutes)`;
}

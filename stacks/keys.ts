import { resources } from '../packages/core/platform/resources.ts';
import { renderComponentName } from './component-name.ts';
import { renderAccountName, takeOnly } from './names.ts';

const declared = takeOnly(resources.keys, 'key');

/** Seals what tenants entrust to the service. Deleting it would lose that, so AWS waits a month. */
export const key = new aws.kms.Key(
  `${renderComponentName(declared.name)}Key`,
  {
    description: `Seals the tenants' secrets of ${$app.name} ${$app.stage}`,
    enableKeyRotation: true,
    deletionWindowInDays: $app.protect ? 30 : 7,
  },
  { retainOnDelete: $app.protect ?? false },
);

new aws.kms.Alias(`${renderComponentName(declared.name)}KeyAlias`, {
  name: `alias/${renderAccountName(declared.name)}`,
  targetKeyId: key.keyId,
});

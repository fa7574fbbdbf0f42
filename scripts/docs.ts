import { join } from 'node:path';
import { renderRolesTable } from '../packages/core/access/actions.ts';

/** Documents that are made from code, by their file. */
export function renderDocs(root: string): readonly (readonly [string, string])[] {
  return [[join(root, 'docs', 'roles.md'), ROLES.replace('{table}', renderRolesTable())]];
}

const ROLES = `<!-- Made by \`npm run schema\` from packages/core/access/actions.ts. -->

# Roles and actions

Each operation of the API asks for one action. A credential has the actions of its role; an API key can be held to some of
them (\`scopes\`). Who lacks an action is answered \`FORBIDDEN\`, with the action's name in \`extensions.action\`. The operator, who
makes and suspends tenants, sees nothing inside them. An upload token has at most the actions of the key that made it.

{table}
`;

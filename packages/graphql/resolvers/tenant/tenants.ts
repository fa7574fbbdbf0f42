import { listTenants } from '@loupe/core/tenant';
import type { QueryResolvers } from '../../generated/types.ts';
import { connect, readPage } from '../../page.ts';

export const tenants: NonNullable<QueryResolvers['tenants']> = async (_parent, page, context) =>
  connect(await listTenants(context.platform, context.session, readPage(page)));

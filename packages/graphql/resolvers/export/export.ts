import { assertMay } from '@loupe/core/access';
import { findExport, listExportFiles, listExports, locateFile } from '@loupe/core/export';
import type { ExportFileResolvers, ExportResolvers, QueryResolvers } from '../../generated/types.ts';
import { connect, readPage } from '../../page.ts';

const POLL_MS = 1000;

export const tenantExport: ExportResolvers = {
  fileCount: ({ files }) => files,
  files: async (parent, page, { tenant }) => {
    const found = await listExportFiles(tenant(), parent, readPage(page));
    const edges = found.items.map((file) => ({
      node: { ...file, exportId: parent.id },
      cursor: found.cursorOf(file),
    }));
    return {
      edges,
      pageInfo: { hasNextPage: found.next !== undefined, endCursor: edges.at(-1)?.cursor ?? null },
    };
  },
  pollAfterMs: ({ state }) => (state === 'RUNNING' ? POLL_MS : null),
  rows: ({ rows }) => Object.entries(rows).map(([kind, count]) => ({ kind, count })),
};

export const exportFile: ExportFileResolvers = {
  link: ({ exportId, path }, _args, { tenant }) => {
    const { session, scope } = tenant();
    assertMay(session, 'export.read');
    return scope.bucket.link(locateFile(exportId, path));
  },
};

export const exportById: NonNullable<QueryResolvers['export']> = async (_parent, { id }, context) =>
  (await findExport(context.tenant(), id)) ?? null;

export const exports: NonNullable<QueryResolvers['exports']> = async (_parent, page, context) =>
  connect(await listExports(context.tenant(), readPage(page)));

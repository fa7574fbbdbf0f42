import { addCounts, type CountName } from './entity.ts';
import type { Work } from './work.ts';

const PAGE = 500;

/**
 * Removes the tenant's objects below a prefix. A page is counted before it goes, with the last path that is counted: who
 * takes up a page that another worker left behind removes it and does not count it again.
 */
export async function clearObjects(work: Work, prefix: string, isOver: () => boolean): Promise<boolean> {
  const { bucket } = work.scope;
  for (;;) {
    const page = await bucket.list(prefix, PAGE);
    const last = page.at(-1);
    if (!last) break;
    const { counts, counted } = work.job();
    const through = counted?.prefix === prefix ? counted.through : '';
    const fresh = page.filter(({ path }) => path > through);
    if (fresh.length > 0) {
      const more: Partial<Record<CountName, number>> = {};
      for (const { path, bytes } of fresh) {
        const name = nameObject(path);
        more[name] = (more[name] ?? 0) + 1;
        more.bytes = (more.bytes ?? 0) + bytes;
      }
      await work.commit({ counts: addCounts(counts, more), counted: { prefix, through: last.path } });
    }
    await bucket.remove(page.map(({ path }) => path));
    if (isOver()) return false;
  }
  if (work.job().counted) await work.commit({ counted: undefined });
  return true;
}

/** What an object holds, by its path. */
function nameObject(path: string): CountName {
  const [noun, , part = ''] = path.split('/');
  if (noun === 'samples') return part === 'views' ? 'views' : 'files';
  if (noun === 'inspections') return part.startsWith('overlay') ? 'overlays' : 'audits';
  if (noun === 'datasets') return 'manifests';
  if (noun === 'exports') return 'exports';
  return noun === 'evaluations' ? 'results' : 'files';
}

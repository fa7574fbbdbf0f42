import { globSync } from 'node:fs';

/** An item as the list of the code of arXiv 2403.11083 has it: label 1 is normal. */
export interface PaperItem {
  readonly object_type: string;
  readonly defect_img_path: string;
  readonly good_img_path: string;
  readonly label: 0 | 1;
  readonly defect_type: string;
}

/**
 * Every picture of the test split of MVTec AD below a folder, each with the reference of the paper: `test/good/000.png`
 * of its class, which is so compared with itself, too.
 *
 * @param clean takes `train/good/000.png` as the reference instead
 * @param limit pictures of a class at most, normal and defective ones in turn
 */
export function listMvtecItems(
  folder: string,
  options: { readonly clean: boolean; readonly limit: number },
): PaperItem[] {
  const paths = globSync('*/test/*/*.png', { cwd: folder })
    .map((path) => path.replaceAll('\\', '/'))
    .sort();
  const items = paths.flatMap((path): PaperItem[] => {
    const [object_type, , defect_type] = path.split('/');
    if (!object_type || !defect_type) return [];
    const good_img_path = `${object_type}/${options.clean ? 'train' : 'test'}/good/000.png`;
    const label = defect_type === 'good' ? 1 : 0;
    return [{ object_type, defect_img_path: path, good_img_path, label, defect_type }];
  });
  return [...Map.groupBy(items, ({ object_type }) => object_type).values()].flatMap((those) =>
    takeInTurn(those, options.limit),
  );
}

function takeInTurn(items: readonly PaperItem[], limit: number): PaperItem[] {
  if (items.length <= limit) return [...items];
  const normal = items.filter(({ label }) => label === 1);
  const defective = items.filter(({ label }) => label === 0);
  const turns = Array.from({ length: items.length }, (_, i) => [normal[i], defective[i]]).flat();
  return turns.flatMap((item) => item ?? []).slice(0, limit);
}

import type { ParsedItem } from './formats.ts';
import { listLines } from './manifest-lines.ts';

const LOCO_MASK = /^(.*\/ground_truth\/[^/]+\/[^/]+)\/[^/]+\.png$/;

export type LocoMasks = ReadonlyMap<string, readonly string[]>;

/** The masks of LOCO AD, `class/ground_truth/defect/000/000.png` and on, one for each defect, by what AD would name its one mask. */
export async function listLocoMasks(manifest: AsyncIterable<Uint8Array>): Promise<LocoMasks> {
  const masks = new Map<string, string[]>();
  for await (const { content } of listLines(manifest)) {
    const [, folder] = LOCO_MASK.exec(content) ?? [];
    if (folder === undefined) continue;
    const name = `${folder}_mask.png`;
    const known = masks.get(name);
    if (known) known.push(content);
    else masks.set(name, [content]);
  }
  for (const files of masks.values()) files.sort();
  return masks;
}

/** The item with LOCO's masks, if it has some. */
export function pickMasks(item: ParsedItem, masks: LocoMasks | undefined): ParsedItem {
  const [first, ...further] = masks?.get(item.maskFile ?? '') ?? [];
  return first === undefined ? item : { ...item, maskFile: first, furtherMaskFiles: further };
}

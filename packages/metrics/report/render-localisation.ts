import type { LocalisationResult } from '../localisation/localisation-tally.ts';
import { escapeHtml, renderTable, share } from './html.ts';

/** How well anomalies were found in place and time; nothing where the dataset says nothing of either. */
export function renderLocalisation(found: LocalisationResult): string {
  const places: readonly (readonly [name: string, value: number | null, items: number])[] = [
    ['pixel AUROC', found.pixelAuroc, found.pixelItems],
    ['AUPRO@0.3', found.aupro, found.pixelItems],
    ['IoU of masks', found.maskIou, found.maskItems],
    ['pointing game', found.pointingGame, found.pointingItems],
    ['IoU of boxes', found.boxIou, found.boxItems],
    ['ACC@IoU 0.1', found.accAtIou10, found.boxItems],
    ['ACC@IoU 0.3', found.accAtIou30, found.boxItems],
    ['ACC@IoU 0.5', found.accAtIou50, found.boxItems],
  ];
  const rows = [
    ...(found.maskItems + found.boxItems > 0 ? places : [])
      .filter(([, , items]) => items > 0)
      .map(([name, value, items]) => [name, share(value), `${items} items`]),
    ...(found.windows > 0
      ? [
          ['NAB score', found.nab === null ? '–' : found.nab.toFixed(1), `${found.timeItems} items`],
          ['IoU in time', share(found.timeIou), `${found.timeItems} items`],
          [
            'windows found',
            `${found.windowsFound} of ${found.windows}`,
            `${found.timeFalseAlarms} false alarms`,
          ],
        ]
      : []),
  ];
  if (rows.length === 0) return '';
  const reasons = [...new Set(Object.values(found.reasons))].filter((reason) =>
    reason.startsWith('No answer'),
  );
  return `<h3>Where and when</h3>
${renderTable(['metric', 'value', 'of'], rows)}
${reasons.map((reason) => `<p class="note">${escapeHtml(reason)}</p>`).join('')}`;
}

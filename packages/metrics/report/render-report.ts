import type { Figures } from '../protocol/figures.ts';
import {
  drawHistogram,
  drawPrecisionRecall,
  drawReliability,
  drawRobustness,
  drawRoc,
  drawVariants,
} from './charts.ts';
import { escapeHtml, renderTable, share } from './html.ts';
import { renderLocalisation } from './render-localisation.ts';
import { STYLE } from './style.ts';
import type { EvaluationResult, Picture, VariantResult, WrongItem } from './types.ts';

/**
 * The report as one HTML page that needs no network: figures as tables, charts as SVG, pictures as data. The same result
 * gives the same bytes.
 *
 * @param findPicture of a sample; undefined where there is none
 */
export async function renderReport(
  result: EvaluationResult,
  findPicture: (sampleId: string) => Picture | undefined,
): Promise<string> {
  const { variants } = result;
  const sections = await Promise.all(variants.map((variant) => renderVariant(variant, findPicture)));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>${escapeHtml(result.title)}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>${escapeHtml(result.title)}</h1>
<p>Profile ${escapeHtml(result.profile.name)}, version ${result.profile.number} ·
dataset ${escapeHtml(result.dataset.name)}, version ${result.dataset.number}
(<code>${result.dataset.digest.slice(0, 12)}</code>) · ${result.itemCount} items · seed ${result.seed}</p>
${renderWarnings(result)}
</header>
<section>
<h2>Variants</h2>
${renderOverview(variants)}
<div class="charts">${[await drawVariants(variants), await drawRoc(variants), await drawPrecisionRecall(variants)].map(wrapChart).join('')}</div>
${renderComparisons(result)}
</section>
${await renderRobustness(result)}
${sections.join('\n')}
<footer>
<p>Anomalous is the positive class; ranges are 95 % intervals of a stratified bootstrap${describeResamples(result)}. “Paper” is the convention of
arXiv 2403.11083: hard answers, normal as the positive class. What every metric means is in the guide on evaluation.</p>
</footer>
</body>
</html>
`;
}

/** How many there are, and by how much figures may be off where scores were drawn together. */
function describeResamples({ variants, comparisons }: EvaluationResult): string {
  const drawn = [
    ...variants.map(({ clean }) => clean),
    ...comparisons.map(({ comparison }) => comparison).filter(({ resamples }) => resamples > 0),
  ];
  const counts = drawn.map(({ resamples }) => resamples);
  const [fewest, most] = [Math.min(...counts), Math.max(...counts)];
  const error = Math.max(...drawn.map(({ resampleAurocError }) => resampleAurocError));
  const digits = 10 ** Math.floor(Math.log10(error));
  const note = `, ${fewest === most ? most : `${fewest} to ${most}`} resamples`;
  return error === 0
    ? note
    : `${note}, in which neighbouring scores are drawn together: that moves AUROC by at most ${(Math.ceil(error / digits) * digits).toPrecision(1)}`;
}

function renderWarnings({
  judged,
  itemCount,
  leakCount,
  referenceItems,
  variants,
}: EvaluationResult): string {
  const warnings = variants.flatMap(({ name, clean, costUnknownCount }, i) => [
    ...((judged[i] ?? 0) < itemCount
      ? [`${name}: ${judged[i] ?? 0} of ${itemCount} items were judged; it ended early.`]
      : []),
    ...(clean.pooled.missing > 0
      ? [`${name}: ${clean.pooled.missing} items have no answer and are left out of the metrics.`]
      : []),
    ...(costUnknownCount > 0
      ? [`${name}: of ${costUnknownCount} items the cost is not known; what is shown is that of the others.`]
      : []),
  ]);
  if (leakCount > 0) {
    warnings.push(
      `The dataset has ${leakCount} leaks (duplicates, or references that are items): figures may be too good.`,
    );
  }
  if (referenceItems.length > 0) {
    warnings.push(
      `References of the profile are items, which are compared with themselves: ${referenceItems.join(', ')}.`,
    );
  }
  return warnings.map((text) => `<p class="warning">${escapeHtml(text)}</p>`).join('');
}

function renderOverview(variants: readonly VariantResult[]): string {
  const rows = variants.map(({ name, clean, paper, ...variant }) => {
    const { pooled, macro } = clean;
    return [
      escapeHtml(name),
      withInterval(pooled, 'auroc'),
      share(macro.auroc),
      withInterval(pooled, 'aupr'),
      withInterval(pooled, 'acc'),
      share(pooled.overkill),
      share(pooled.miss),
      share(pooled.coverage),
      [paper.pooled.acc, paper.pooled.auroc, paper.pooled.aupr].map(share).join(' / '),
      money(variant.costMicroUsd),
      duration(variant.latencyP50Ms),
      duration(variant.latencyP95Ms),
    ];
  });
  const head = [
    'variant',
    'AUROC',
    'macro',
    'AUPR',
    'ACC',
    'overkill',
    'miss',
    'coverage',
    'paper: ACC / AUROC / AUPR',
    'cost',
    'median',
    'p95',
  ];
  const [first] = variants;
  const baselines = first?.clean.pooled.baselines;
  const note = baselines
    ? `<p class="note">Prevalence ${share(first.clean.pooled.prevalence)}. Without looking, “always anomalous” has ACC
${share(baselines.alwaysAnomalous.acc)}, “always normal” ${share(baselines.alwaysNormal.acc)}; chance has AUROC 0.500 and
AUPR ${share(baselines.aupr)}.</p>`
    : '';
  return renderTable(head, rows) + note;
}

function renderComparisons({ comparisons }: EvaluationResult): string {
  if (comparisons.length === 0) return '';
  const rows = comparisons.map(({ first, second, comparison }) => {
    const { auroc, balancedAcc } = comparison.differences;
    const { onlyFirst, onlySecond, pValue } = comparison.mcNemar;
    const change = (one: typeof auroc) =>
      one
        ? `${signed(one.value)} <small>${signed(one.interval[0])} to ${signed(one.interval[1])}</small>`
        : '–';
    return [
      `${escapeHtml(second)} − ${escapeHtml(first)}`,
      change(auroc),
      change(balancedAcc),
      `${onlyFirst} / ${onlySecond}`,
      pValue < 0.001 ? '&lt; 0.001' : pValue.toFixed(3),
    ];
  });
  const limit = 0.05 / comparisons.length;
  return `<h3>Differences</h3>
${renderTable(['difference', 'AUROC', 'balanced ACC', 'only first / second right', 'McNemar p'], rows)}
<p class="note">Paired bootstrap on the items that both answered. With ${comparisons.length} comparisons a difference is
beyond chance at p below ${limit.toPrecision(2)} (Bonferroni).</p>`;
}

async function renderRobustness({ robustness }: EvaluationResult): Promise<string> {
  if (robustness.length === 0) return '';
  const charts = [await drawRobustness(robustness, 'agreement'), await drawRobustness(robustness, 'auroc')];
  const rows = robustness.flatMap(({ variant, kind, points }) =>
    points.map(({ strength, items, agreement, auroc }) => [
      escapeHtml(variant),
      escapeHtml(kind),
      String(strength),
      String(items),
      share(agreement),
      share(auroc),
    ]),
  );
  return `<section>
<h2>Robustness</h2>
<div class="charts">${charts.map(wrapChart).join('')}</div>
${renderTable(['variant', 'disturbance', 'strength', 'items', 'same decision', 'AUROC'], rows)}
<p class="note">“Same decision” compares with the undisturbed variant, on the items that both answered.</p>
</section>`;
}

async function renderVariant(
  variant: VariantResult,
  findPicture: (sampleId: string) => Picture | undefined,
): Promise<string> {
  const { clean, slices, modalities } = variant;
  const classes = Object.entries(clean.classes).map(([name, figures]) => [
    escapeHtml(name),
    String(figures.items),
    withInterval(figures, 'auroc'),
    withInterval(figures, 'aupr'),
    share(figures.acc),
    share(figures.f1Max),
    share(figures.farAt95Recall),
    share(figures.overkill),
    share(figures.miss),
  ]);
  const classHead = ['class', 'items', 'AUROC', 'AUPR', 'ACC', 'F1-max', 'FAR@95', 'overkill', 'miss'];
  const sliceRows = slices.map(({ name, items, recall, auroc }) => [
    escapeHtml(name),
    String(items),
    share(recall),
    share(auroc),
  ]);
  const modalityRows = modalities.map(({ modality, anomalous, normal, recall, specificity, auroc }) => [
    modality.toLowerCase().replaceAll('_', ' '),
    String(anomalous),
    String(normal),
    share(recall),
    share(specificity),
    share(auroc),
  ]);
  const modalityHead = ['modality', 'anomalous', 'normal', 'recall', 'specificity', 'AUROC'];
  const charts = [await drawHistogram(variant), await drawReliability(variant)];
  return `<section>
<h2>${escapeHtml(variant.name)}</h2>
<div class="charts">${charts.map(wrapChart).join('')}<div class="chart">${renderConfusion(clean.pooled)}</div></div>
<h3>By class</h3>
${renderTable(classHead, classes)}
${sliceRows.length > 0 ? `<h3>By defect</h3>${renderTable(['defect', 'items', 'recall', 'AUROC'], sliceRows)}` : ''}
${modalityRows.length > 1 ? `<h3>By modality</h3>${renderTable(modalityHead, modalityRows)}` : ''}
${renderLocalisation(variant.localisation)}
${renderWrong('Worst misses', variant.misses, findPicture)}
${renderWrong('Worst false alarms', variant.falseAlarms, findPicture)}
</section>`;
}

function renderConfusion({ confusion, missing }: Figures): string {
  const { truePositives, falsePositives, falseNegatives, trueNegatives } = confusion;
  return `<table class="confusion"><caption>Answers at the threshold</caption>
<tr><td></td><th>called anomalous</th><th>called normal</th></tr>
<tr><th>anomalous</th><td class="right">${truePositives}</td><td class="wrong">${falseNegatives} missed</td></tr>
<tr><th>normal</th><td class="wrong">${falsePositives} overkill</td><td class="right">${trueNegatives}</td></tr>
<tr><th>no answer</th><td colspan="2">${missing}</td></tr></table>`;
}

function renderWrong(
  title: string,
  items: readonly WrongItem[],
  findPicture: (sampleId: string) => Picture | undefined,
): string {
  if (items.length === 0) return '';
  const cards = items.map((one) => {
    const picture = findPicture(one.sampleId);
    const image = picture
      ? `<img alt="" src="data:${picture.mediaType};base64,${Buffer.from(picture.bytes).toString('base64')}">`
      : '<div class="blank">no picture</div>';
    const defect = one.defectType ? ` · ${escapeHtml(one.defectType)}` : '';
    return `<figure>${image}<figcaption><b>${escapeHtml(one.item)}</b><br>${escapeHtml(one.class)}${defect} · score ${one.score.toFixed(2)}
<br>${escapeHtml(one.reasoning)}</figcaption></figure>`;
  });
  return `<h3>${title}</h3><div class="cards">${cards.join('')}</div>`;
}

function wrapChart(svg: string): string {
  return `<div class="chart">${svg}</div>`;
}

function withInterval(figures: Figures, name: 'auroc' | 'aupr' | 'acc'): string {
  const interval = figures.intervals[name];
  const range = interval ? ` <small>${share(interval[0])}–${share(interval[1])}</small>` : '';
  return figures[name] === null
    ? `<abbr title="${escapeHtml(figures.reasons[name] ?? '')}">–</abbr>`
    : share(figures[name]) + range;
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;
}

function money(microUsd: number): string {
  return `$${(microUsd / 1e6).toFixed(4)}`;
}

function duration(ms: number | null): string {
  return ms === null ? '–' : ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

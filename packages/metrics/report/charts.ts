import * as vega from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import type { RobustnessCurve, VariantResult } from './types.ts';

const [WIDTH, HEIGHT] = [300, 220];
/** Okabe and Ito's colours: told apart by most colour-blind readers and in grey. */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#444444'];
const NORMAL = '#0072b2';
const ANOMALOUS = '#d55e00';

/** Draws a chart without a browser. The same chart gives the same bytes. */
async function draw(chart: Partial<TopLevelSpec> & object, title: string): Promise<string> {
  const spec = compile({
    width: WIDTH,
    height: HEIGHT,
    background: 'transparent',
    title: { text: title, anchor: 'start', fontSize: 13 },
    config: {
      font: 'sans-serif',
      view: { stroke: '#ccc' },
      axis: { labelFontSize: 11, titleFontSize: 11, labelLimit: 110 },
      legend: { labelLimit: 0 },
    },
    ...chart,
  } as TopLevelSpec).spec;
  const view = new vega.View(vega.parse(spec), { renderer: 'none' });
  const svg = await view.toSVG();
  view.finalize();
  // The size is the page's to choose; the names that Vega numbers per process would make no two pages alike.
  const label = `role="img" aria-label="${title}"`;
  const renamed = renameIds(svg);
  return renamed.replace(/<svg([^>]*?) width="[\d.]+" height="[\d.]+"/, `<svg$1 ${label}`);
}

function renameIds(svg: string): string {
  const names = new Map<string, string>();
  for (const [, id] of svg.matchAll(/ id="([^"]+)"/g)) {
    if (id !== undefined && !names.has(id)) names.set(id, `clip${names.size}`);
  }
  const rename = (found: string, id: string) => found.replace(id, names.get(id) ?? id);
  return svg.replace(/ id="([^"]+)"/g, rename).replace(/url\(#([^)]+)\)/g, rename);
}

const share = (field: string, title: string) => ({
  field,
  title,
  type: 'quantitative' as const,
  scale: { domain: [0, 1] },
});

const byVariant = (variants: readonly VariantResult[]) => ({
  field: 'variant',
  type: 'nominal' as const,
  title: null,
  sort: variants.map(({ name }) => name),
  scale: { range: COLOURS },
  legend: variants.length > 1 ? { orient: 'bottom' as const, columns: 2 } : null,
});

export function drawRoc(variants: readonly VariantResult[]): Promise<string> {
  const values = variants.flatMap(({ name, curve }) =>
    curve.map(({ far, recall }, order) => ({ variant: name, far, recall, order })),
  );
  const chance = [
    { far: 0, recall: 0 },
    { far: 1, recall: 1 },
  ];
  return draw(
    {
      layer: [
        {
          data: { values: chance },
          mark: { type: 'line', strokeDash: [4, 4], color: '#999' },
          encoding: { x: share('far', 'false-alarm rate'), y: share('recall', 'recall') },
        },
        {
          data: { values },
          mark: { type: 'line', strokeWidth: 2 },
          encoding: {
            x: share('far', 'false-alarm rate'),
            y: share('recall', 'recall'),
            order: { field: 'order' },
            color: byVariant(variants),
          },
        },
      ],
    } as never,
    'ROC',
  );
}

export function drawPrecisionRecall(variants: readonly VariantResult[]): Promise<string> {
  const values = variants.flatMap(({ name, curve }) =>
    curve.map(({ precision, recall }, order) => ({ variant: name, precision, recall, order })),
  );
  return draw(
    {
      data: { values },
      // Precision holds from one recall to the next as a step: nothing lies on a straight line between them.
      mark: { type: 'line', strokeWidth: 2, interpolate: 'step-before' },
      encoding: {
        x: share('recall', 'recall'),
        y: share('precision', 'precision'),
        order: { field: 'order' },
        color: byVariant(variants),
      },
    } as never,
    'Precision and recall',
  );
}

export function drawHistogram({ histogram, clean }: VariantResult): Promise<string> {
  const values = histogram.flatMap(({ from, to, positives, negatives }) => [
    { from, to, truth: 'normal', count: negatives },
    { from, to, truth: 'anomalous', count: positives },
  ]);
  const x = { field: 'from', bin: { binned: true }, title: 'anomaly score', type: 'quantitative' as const };
  return draw(
    {
      layer: [
        {
          data: { values },
          mark: { type: 'bar', opacity: 0.6 },
          encoding: {
            x,
            x2: { field: 'to' },
            y: { field: 'count', type: 'quantitative', stack: null, title: 'items' },
            color: {
              field: 'truth',
              type: 'nominal',
              title: null,
              scale: { domain: ['normal', 'anomalous'], range: [NORMAL, ANOMALOUS] },
              legend: { orient: 'bottom' },
            },
          },
        },
        {
          data: { values: [{ at: clean.threshold }] },
          mark: { type: 'rule', strokeDash: [4, 4] },
          encoding: { x: { field: 'at', type: 'quantitative' } },
        },
      ],
    } as never,
    'Scores by truth; the line is the threshold',
  );
}

export function drawReliability({ reliability }: VariantResult): Promise<string> {
  const values = reliability.filter(({ count }) => count > 0);
  const diagonal = [
    { meanScore: 0, positiveShare: 0 },
    { meanScore: 1, positiveShare: 1 },
  ];
  const axes = {
    x: share('meanScore', 'mean score of a bin'),
    y: share('positiveShare', 'share of anomalous items'),
  };
  return draw(
    {
      layer: [
        {
          data: { values: diagonal },
          mark: { type: 'line', strokeDash: [4, 4], color: '#999' },
          encoding: axes,
        },
        {
          data: { values },
          mark: { type: 'point', filled: true, color: COLOURS[0] },
          encoding: {
            ...axes,
            size: { field: 'count', type: 'quantitative', title: 'items', legend: { orient: 'bottom' } },
          },
        },
      ],
    } as never,
    'Reliability',
  );
}

/** AUROC and balanced accuracy of each variant with their 95 % intervals. */
export function drawVariants(variants: readonly VariantResult[]): Promise<string> {
  const values = variants.flatMap(({ name, clean }) =>
    (['auroc', 'balancedAcc'] as const).flatMap((metric) => {
      const value = clean.pooled[metric];
      const [low, high] = clean.pooled.intervals[metric] ?? [value, value];
      return value === null ? [] : [{ variant: name, metric, value, low, high }];
    }),
  );
  const y = {
    field: 'variant',
    type: 'nominal' as const,
    title: null,
    sort: variants.map(({ name }) => name),
  };
  const yOffset = { field: 'metric', type: 'nominal' as const };
  const color = {
    field: 'metric',
    type: 'nominal' as const,
    title: null,
    scale: { range: COLOURS },
    legend: { orient: 'bottom' as const },
  };
  return draw(
    {
      height: { step: 18 },
      data: { values },
      layer: [
        {
          mark: { type: 'rule', strokeWidth: 2 },
          encoding: { y, yOffset, color, x: share('low', 'value with 95 % interval'), x2: { field: 'high' } },
        },
        {
          mark: { type: 'point', filled: true, size: 50 },
          encoding: { y, yOffset, color, x: share('value', 'value with 95 % interval') },
        },
      ],
    } as never,
    'Variants',
  );
}

/** Agreement with the undisturbed variant, or AUROC, over the strength of disturbances. */
export function drawRobustness(
  curves: readonly RobustnessCurve[],
  metric: 'agreement' | 'auroc',
): Promise<string> {
  const isOne = new Set(curves.map(({ variant }) => variant)).size === 1;
  const values = curves.flatMap(({ variant, kind, points }) =>
    points
      .filter((point) => point[metric] !== null)
      .map((point) => ({
        curve: isOne ? kind : `${variant}: ${kind}`,
        strength: point.strength,
        value: point[metric],
      })),
  );
  return draw(
    {
      data: { values },
      mark: { type: 'line', strokeWidth: 2, point: true },
      encoding: {
        x: share('strength', 'strength of the disturbance'),
        y: share('value', metric === 'auroc' ? 'AUROC' : 'share of unchanged decisions'),
        color: {
          field: 'curve',
          type: 'nominal',
          title: null,
          scale: { range: COLOURS },
          legend: { orient: 'bottom', columns: 2 },
        },
      },
    } as never,
    metric === 'auroc' ? 'AUROC of disturbed pictures' : 'Decisions that hold',
  );
}

import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderReport } from './render-report.ts';
import { makeResult } from './testing/make-result.ts';

const CHROMIUM = '/usr/bin/chromium';

let html: string;
beforeAll(async () => {
  const bytes = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#88a' } })
    .png()
    .toBuffer();
  html = await renderReport(makeResult(), () => ({ mediaType: 'image/png', bytes }));
}, 60_000);

describe('renderReport', () => {
  it('gives the same bytes for the same result', async () => {
    const once = await renderReport(makeResult(), () => undefined);
    expect(await renderReport(makeResult(), () => undefined)).toBe(once);
  }, 60_000);

  it('has no script, loads nothing, and shows text as text', () => {
    expect(html).not.toMatch(/<script|javascript:|<link|@import|src="(?!data:)|href=/);
    expect(html).toContain('Bottles &amp; caps');
    expect(html).toContain('is &lt;clean&gt;');
  });

  it('draws how verdicts hold when there are disturbed variants', async () => {
    expect(html).not.toContain('Robustness');
    const points = [
      { variant: 'NAIVE', strength: 0, items: 240, agreement: 1, auroc: 0.8 },
      { variant: 'BLUR 1', strength: 1, items: 238, agreement: 0.625, auroc: null },
    ];
    const robustness = [{ variant: 'NAIVE', kind: 'BLUR', points }];
    const page = await renderReport({ ...makeResult(), robustness }, () => undefined);
    expect(page.match(/<svg/g)).toHaveLength(9);
    expect(page).toContain('Decisions that hold');
    expect(page).toContain('<th>NAIVE</th><td>BLUR</td><td>1</td><td>238</td><td>0.625</td><td>–</td>');
  }, 60_000);

  it('says what a reader must know before the figures', () => {
    expect(html).toContain('The dataset has 2 leaks');
    expect(html).toContain('<h3>By modality</h3>');
    expect(html).toContain('which are compared with themselves: bottle/17.');
    expect(html).toContain('of 3 items the cost is not known');
    expect(html).toContain('Prevalence 0.250');
    expect(html).toContain('200 resamples, in which neighbouring scores are drawn together');
    expect(html).toContain('moves AUROC by at most 0.00002.');
    expect(html).toContain('Bonferroni');
  });
});

describe.runIf(existsSync(CHROMIUM))('in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  }, 60_000);
  afterAll(() => browser.close());

  it.each([
    ['phone', 390],
    ['desk', 1280],
  ])(
    'fits a %s without scrolling sideways, draws every chart, and asks the network for nothing',
    async (_, width) => {
      const page = await browser.newPage({ viewport: { width, height: 844 } });
      const requests: string[] = [];
      const complaints: string[] = [];
      page.on('request', (request) => requests.push(request.url()));
      page.on('console', (message) => complaints.push(message.text()));
      await page.setContent(html);
      const seen = await page.evaluate(() => ({
        overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
        charts: [...document.querySelectorAll('.chart svg')].map((svg) => svg.getBoundingClientRect().height),
        pictures: [...document.images].every((image) => image.complete && image.naturalWidth === 64),
      }));
      expect(seen.overflow).toBeLessThanOrEqual(0);
      expect(seen.charts).toHaveLength(7);
      for (const height of seen.charts) expect(height).toBeGreaterThan(100);
      expect(seen.pictures).toBe(true);
      expect(requests.filter((url) => !url.startsWith('data:'))).toEqual([]);
      expect(complaints).toEqual([]);
      // Most of a page of charts and tables is paper; some of it is ink in the variants' colours.
      const { channels } = await sharp(await page.screenshot({ fullPage: true })).stats();
      expect(channels[0]?.mean).toBeGreaterThan(200);
      expect(channels[0]?.stdev).toBeGreaterThan(10);
      await page.close();
    },
    60_000,
  );

  it('prints on A4', async () => {
    const page = await browser.newPage();
    await page.setContent(html);
    const pdf = await page.pdf({ format: 'A4' });
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    const pages = pdf.toString('latin1').match(/\/Type\s*\/Page\b(?!s)/g)?.length ?? 0;
    expect(pages).toBeGreaterThan(0);
    expect(pages).toBeLessThan(8);
    await page.close();
  }, 60_000);
});

describe.skipIf(existsSync(CHROMIUM))('without a browser', () => {
  it(`is not looked at: there is no ${CHROMIUM}`, () => {
    expect(existsSync(CHROMIUM)).toBe(false);
  });
});

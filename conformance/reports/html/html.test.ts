import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { haveTool } from '../../../spec/testing/tool.ts';
import type { CheckResult, Report } from '../../model.ts';
import { resultOf } from '../../testing/result.ts';
import { checks, exchange, reportOf } from '../testing/report.ts';
import { htmlReport } from './index.ts';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);
const canBrowse = haveTool(
  'browser',
  CHROMIUM !== undefined,
  'Without Chromium, the HTML report is not tried.',
);

test('the page asks nothing of any network, and holds no script but its own', () => {
  const page = htmlReport(reportOf(checks));
  expect(page).not.toMatch(/<(?:link|img|iframe|object|base)\b|\bsrc=|@import|url\(/);
  expect(page.match(/<script/g)).toHaveLength(1);
  expect(page).toMatch(/default-src &#39;none&#39;; style-src &#39;sha256-\S+; script-src &#39;sha256-/);
});

/** What backends have answered, and what their authors may name things. */
const HOSTILE = [
  '<script>window.pwned = 1</script>',
  '</pre></details><img src=x onerror="window.pwned = 1">',
  '"><svg onload=window.pwned=1>',
  "' onmouseover='window.pwned=1",
  '</script><script>window.pwned = 1</script>',
  '<style>body{display:none}</style>',
  '\u202egnp.exe \u0000\u001b[31m',
];
const hostile = HOSTILE.map((text, at) => {
  const { request, response } = exchange;
  return resultOf(`hostile-${at}`, {
    ...{ outcome: 'fail', title: text, sentence: text, observed: text, expected: text, remedy: text },
    ...{ references: [text], operation: text },
    exchange: {
      ...exchange,
      request: { ...request, path: `/${text}`, body: text },
      response: { ...response, headers: [[text, text]], body: text },
    },
  } satisfies Partial<CheckResult>);
});

/** The contrast of every text on its background. Runs in the page. */
const CONTRASTS = `(() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const over = (colors) => {
    canvas.clearRect(0, 0, 1, 1);
    for (const color of colors) { canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1); }
    return [...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3)];
  };
  const luminance = (rgb) => rgb.map((value) => value / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
    .reduce((sum, value, at) => sum + value * [0.2126, 0.7152, 0.0722][at], 0);
  const backgrounds = (element) => element === null ? ['white'] : [...backgrounds(element.parentElement), getComputedStyle(element).backgroundColor];
  const ownText = (element) => [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.textContent.trim()).join('');
  return [...document.querySelectorAll('body *')]
    .filter((element) => element.checkVisibility() && /[\\p{L}\\d]/u.test(ownText(element)) && !element.closest('option, script, style'))
    .map((element) => {
      const behind = backgrounds(element);
      const [text, page] = [over([...behind, getComputedStyle(element).color]), over(behind)].map(luminance);
      const ratio = (Math.max(text, page) + 0.05) / (Math.min(text, page) + 0.05);
      return { text: ownText(element).slice(0, 40), ratio };
    });
})()`;

describe.runIf(canBrowse)('in a browser', () => {
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gateproof-html-'));
    browser = await chromium.launch({
      executablePath: CHROMIUM ?? '',
      args: ['--no-sandbox', '--disable-background-networking'],
    });
  });
  afterAll(async () => {
    await browser.close();
    await rm(folder, { recursive: true });
  });

  /** The report in a page of its own, and whatever the page complains of or asks for. */
  async function open(report: Report, { hash = '', width = 1280, dark = false } = {}) {
    const file = join(folder, `${crypto.randomUUID()}.html`);
    await writeFile(file, htmlReport(report));
    const context = await browser.newContext({
      viewport: { width, height: 800 },
      colorScheme: dark ? 'dark' : 'light',
      acceptDownloads: false,
    });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    const url = pathToFileURL(file).href;
    page.on('request', (request) => {
      if (!request.url().startsWith(url)) complaints.push(`asks for ${request.url()}`);
    });
    await page.goto(url + hash);
    return { page, complaints };
  }

  const shown = (page: Page) =>
    page.evaluate<readonly string[]>(
      `[...document.querySelectorAll('details.check')].filter((check) => check.checkVisibility()).map(({ id }) => id).sort()`,
    );

  test('nothing that a backend says runs, or is taken for markup', async () => {
    const base = reportOf(hostile);
    const title = HOSTILE.join(' ');
    const report = {
      ...base,
      contract: {
        ...base.contract,
        title,
        operations: HOSTILE.map((id) => ({ id, method: id, path: `/${id}`, protected: true })),
      },
      summary: { ...base.summary, reason: title, stale: HOSTILE },
    };
    const { page, complaints } = await open(report);
    await page.locator('#unfold').click();
    for (const mark of await page.locator('.cell, summary').all()) await mark.hover();
    expect(await page.evaluate('window.pwned')).toBeUndefined();
    expect(await page.locator('script, style').count()).toBe(2);
    expect(await page.locator('img, svg[onload], [onerror], [onmouseover]').count()).toBe(0);
    expect(await page.locator('#hostile-0 pre').last().textContent()).toContain(
      '<script>window.pwned = 1</script>',
    );
    expect(complaints).toEqual([]);
  });

  test('the policy stops what would get into the page all the same', async () => {
    const { page } = await open(reportOf(checks));
    await page.evaluate(`{
      const script = document.createElement('script');
      script.textContent = 'window.pwned = 1';
      document.body.append(script);
    }`);
    expect(await page.evaluate('window.pwned')).toBeUndefined();
  });

  test('what has to be mended is shown first, and everything on demand', async () => {
    const { page, complaints } = await open(reportOf(checks));
    expect(await shown(page)).toEqual(['iss-wrong', 'jku-attacker', 'kid-long', 'sub-long']);
    expect(await page.locator('#shown').textContent()).toBe('4 of 7 checks');
    await page.locator('#everything').click();
    expect(await shown(page)).toHaveLength(7);
    expect(complaints).toEqual([]);
  });

  test('filters by outcome, level, area, operation and text', async () => {
    const { page } = await open(reportOf(checks));
    await page.locator('select[name=level]').selectOption('MUST');
    expect(await shown(page)).toEqual(['iss-wrong', 'jku-attacker']);
    await page.locator('select[name=area]').selectOption('claims');
    expect(await shown(page)).toEqual(['iss-wrong']);
    await page.locator('#everything').click();
    await page.locator('select[name=operation]').selectOption('getMe');
    expect(await shown(page)).toEqual(['iss-wrong']);
    await page.locator('#everything').click();
    await page.locator('input[value=failed]').uncheck({ force: true });
    expect(await shown(page)).not.toContain('iss-wrong');
    await page.locator('#everything').click();
    await page.locator('input[name=text]').fill('IDENTITY user-123');
    expect(await shown(page)).toEqual(['iss-wrong']);
  });

  test('a cell of the matrix leads to its checks', async () => {
    const { page } = await open(reportOf(checks));
    await page.locator('.cell[data-area=claims][data-operation=getMe]').click();
    expect(await shown(page)).toEqual(['iss-wrong']);
  });

  test('a link opens its check, also one that is filtered away', async () => {
    const { page } = await open(reportOf(checks), { hash: '#exp-past' });
    await expect.poll(() => page.locator('#exp-past').getAttribute('open')).not.toBeNull();
    expect(await page.locator('#exp-past .body').isVisible()).toBe(true);
    expect(await page.evaluate('document.activeElement.parentElement.id')).toBe('exp-past');
  });

  test('is used by keyboard alone', async () => {
    const { page } = await open(reportOf(checks));
    await page.keyboard.press('/');
    await page.keyboard.type('iss-wrong');
    expect(await shown(page)).toEqual(['iss-wrong']);
    await page.locator('#iss-wrong summary').focus();
    await page.keyboard.press('Enter');
    expect(await page.locator('#iss-wrong .body').isVisible()).toBe(true);
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.tagName')).toBe('A');
  });

  test('gives the commands that repeat a request', async () => {
    const { page } = await open(reportOf(checks), { hash: '#iss-wrong' });
    const commands = await page.locator('#iss-wrong .again pre').textContent();
    expect(commands).toMatch(/^TOKEN=\$\(npx gateproof token --forge iss-wrong\)\ncurl -i /);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.locator('#iss-wrong .copy').click();
    await expect.poll(() => page.locator('#iss-wrong .copy').textContent()).toBe('Copied');
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(commands);
  });

  test.each([
    [1280, false],
    [1280, true],
    [390, false],
    [390, true],
  ])('fits a screen of %i pixels, dark: %s, with text that can be read', async (width, dark) => {
    const { page } = await open(reportOf(checks), { width, dark, hash: '#iss-wrong' });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    // WCAG 2.2 §1.4.3: 4.5 to 1.
    const ratios =
      await page.evaluate<readonly { readonly text: string; readonly ratio: number }[]>(CONTRASTS);
    expect(ratios.filter(({ ratio }) => ratio < 4.5)).toEqual([]);
    expect(ratios.length).toBeGreaterThan(20);
  });

  test('prints what is shown, the failures opened', async () => {
    const { page } = await open(reportOf(checks));
    await page.emulateMedia({ media: 'print' });
    await page.evaluate(`dispatchEvent(new Event('beforeprint'))`);
    expect(await page.locator('#iss-wrong .body').isVisible()).toBe(true);
    expect(await page.locator('#filters').isVisible()).toBe(false);
    await page.evaluate(`dispatchEvent(new Event('afterprint'))`);
    expect(await page.locator('#iss-wrong').getAttribute('open')).toBeNull();
  });

  test('shows everything without its script', async () => {
    const file = join(folder, 'static.html');
    await writeFile(file, htmlReport(reportOf(checks)));
    const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
    await page.goto(pathToFileURL(file).href);
    expect(await page.locator('details.check:visible').count()).toBe(7);
    expect(await page.locator('#filters').isVisible()).toBe(false);
  });
});

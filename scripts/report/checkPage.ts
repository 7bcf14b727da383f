import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CheckResult } from '../real/checkResult.ts';
import type { BrowserPage } from './browser.ts';

/** Widths that a page is looked at in, CSS pixels: a laptop's window, and a phone. */
export const WIDTHS = [1100, 400] as const;
const HEIGHT = 900;
/** Keys are pressed at most so often; a page of more stops is not checked to its end. */
const MOST_STOPS = 700;
/** Pixels that a picture may be high; what lies lower has its own pictures. */
const SLICE = 4000;
/** Pictures of one page at one width at most. */
const MOST_SLICES = 8;

/** Opens a page at two widths and on paper: what it says on the console, what it asks for, where Tab leads, whether it overflows; and takes pictures. */
export async function checkPage(browser: BrowserPage, file: string, name: string, out: string): Promise<CheckResult[]> {
  mkdirSync(out, { recursive: true });
  for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await browser.send(`${domain}.enable`);
  const results: CheckResult[] = [];
  for (const width of WIDTHS) {
    browser.takeEvents();
    await browser.send('Emulation.setDeviceMetricsOverride', {
      width,
      height: HEIGHT,
      deviceScaleFactor: 1,
      mobile: false,
    });
    const began = performance.now();
    await browser.send('Page.navigate', { url: pathToFileURL(file).href });
    await waitFor(browser, 'document.readyState === "complete"');
    const loaded_ms = performance.now() - began;
    const where = `${name} at ${width} px`;
    results.push(consoleResult(browser, where, loaded_ms), await overflowResult(browser, where, width));
    if (width === WIDTHS[0]) {
      results.push(
        await structureResult(browser, where),
        await textResult(browser, where),
        await tabResult(browser, where),
      );
    }
    await takePictures(browser, join(out, `${name}-${width}`), width);
  }
  const { data } = await browser.send('Page.printToPDF', { preferCSSPageSize: true, printBackground: false });
  const pdf = Buffer.from(String(data), 'base64');
  writeFileSync(join(out, `${name}.pdf`), pdf);
  results.push({ name: `${name} prints`, passed: pdf.length > 10_000, detail: `${pdf.length} bytes of PDF` });
  return results;
}

async function waitFor(browser: BrowserPage, condition: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if ((await browser.evaluate(condition)) === true) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${condition}: not within 10 s`);
}

/** Nothing on the console, no exception, no request but for the page itself and the pictures inside it. */
function consoleResult(browser: BrowserPage, where: string, loaded_ms: number): CheckResult {
  const events = browser.takeEvents();
  const spoken = events
    .filter(({ method }) => ['Runtime.consoleAPICalled', 'Runtime.exceptionThrown', 'Log.entryAdded'].includes(method))
    .map(({ params }) => JSON.stringify(params).slice(0, 200));
  const failed = events
    .filter(({ method }) => method === 'Network.loadingFailed')
    .map(({ params }) => JSON.stringify(params));
  const asked = events
    .filter(({ method }) => method === 'Network.requestWillBeSent')
    .map(({ params }) => JSON.stringify(params.request ?? '').slice(0, 60))
    .filter((request) => !request.includes('data:'));
  const problems = [...spoken, ...failed, ...asked.slice(1)];
  return {
    name: `${where}: nothing on the console, nothing asked for`,
    passed: problems.length === 0 && asked.length === 1,
    detail: problems.length === 0 ? `loaded in ${loaded_ms.toFixed(0)} ms` : problems.slice(0, 5).join('; '),
  };
}

async function overflowResult(browser: BrowserPage, where: string, width: number): Promise<CheckResult> {
  const found = String(
    await browser.evaluate(`(() => {
      const over = document.documentElement.scrollWidth;
      const wide = [...document.querySelectorAll('main *')].filter((e) => !e.closest('.scroll, .drawn, svg') && e.getBoundingClientRect().right > ${width} + 1);
      return JSON.stringify([over, wide.slice(0, 5).map((e) => e.tagName + '.' + e.className + ' ' + (e.textContent || '').slice(0, 40))]);
    })()`),
  );
  const [over, wide]: [number, string[]] = JSON.parse(found);
  return {
    name: `${where}: does not scroll sideways`,
    passed: over <= width,
    detail: over <= width ? `${over} px wide` : `${over} px wide: ${wide.join('; ')}`,
  };
}

/** One h1, headings in order, landmarks, language, names of pictures and tables. */
async function structureResult(browser: BrowserPage, where: string): Promise<CheckResult> {
  const problems = JSON.parse(
    String(
      await browser.evaluate(`(() => {
        const problems = [];
        const all = (q) => [...document.querySelectorAll(q)];
        if (document.documentElement.lang !== 'en') problems.push('no language');
        if (all('h1').length !== 1) problems.push(all('h1').length + ' h1');
        if (all('main').length !== 1) problems.push('no main');
        let last = 1;
        for (const h of all('h1,h2,h3,h4')) { const level = Number(h.tagName[1]); if (level > last + 1) problems.push('heading skips to ' + h.textContent); last = level; }
        for (const e of all('svg[role=img],img')) if ((e.getAttribute('aria-label') || e.getAttribute('alt') || '').length < 8) problems.push('picture without words');
        for (const e of all('main svg:not([role=img])')) if (e.getAttribute('aria-hidden') !== 'true' && !e.closest('svg[role=img]')) problems.push('svg without role');
        for (const t of all('table')) { if (!t.caption) problems.push('table without caption'); if ([...t.querySelectorAll('th')].some((h) => !h.scope)) problems.push('th without scope'); }
        for (const s of all('section')) if (!s.getAttribute('aria-labelledby') || !document.getElementById(s.getAttribute('aria-labelledby'))) problems.push('section without name ' + s.id);
        const ids = all('[id]').map((e) => e.id); const twice = ids.filter((id, at) => ids.indexOf(id) !== at); if (twice.length) problems.push('ids twice: ' + twice.slice(0, 4));
        for (const a of all('a[href^="#"]')) if (!document.getElementById(a.getAttribute('href').slice(1))) problems.push('dead link ' + a.getAttribute('href'));
        return JSON.stringify(problems);
      })()`),
    ),
  ) as string[];
  return {
    name: `${where}: landmarks, headings, names, links`,
    passed: problems.length === 0,
    detail: problems.length === 0 ? 'in order' : problems.slice(0, 6).join('; '),
  };
}

/** No word in a figure is drawn smaller than 12 px; words are not written over one another. */
async function textResult(browser: BrowserPage, where: string): Promise<CheckResult> {
  const found = JSON.parse(
    String(
      await browser.evaluate(`(() => {
        const small = new Map(); let words = 0; const over = [];
        for (const figure of document.querySelectorAll('figure')) {
          const boxes = [];
          for (const t of figure.querySelectorAll('svg text')) {
            if (!t.textContent.trim()) continue;
            words++;
            const size = parseFloat(getComputedStyle(t).fontSize) * Math.sqrt(Math.abs(t.getScreenCTM().a * t.getScreenCTM().d - t.getScreenCTM().b * t.getScreenCTM().c));
            if (size < 11.9) small.set(figure.id, Math.min(size, small.get(figure.id) ?? 99));
            const b = t.getBoundingClientRect(); boxes.push([b, t.textContent]);
          }
          for (let i = 0; i < boxes.length; i++) for (let j = i + 1; j < boxes.length; j++) {
            const [a, ta] = boxes[i], [b, tb] = boxes[j];
            const w = Math.min(a.right, b.right) - Math.max(a.left, b.left), h = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
            if (w > 3 && h > 5) over.push(figure.id + ': ' + ta + ' / ' + tb);
          }
        }
        return JSON.stringify([words, [...small], over]);
      })()`),
    ),
  ) as [number, [string, number][], string[]];
  const [words, small, over] = found;
  const problems = [...small.map(([id, size]) => `${id} ${size.toFixed(1)} px`), ...over];
  return {
    name: `${where}: words in figures are 12 px and more and stand free`,
    passed: problems.length === 0,
    detail:
      problems.length === 0 ? `${words} words` : `${problems.length} problems: ${problems.slice(0, 6).join('; ')}`,
  };
}

/** Tab reaches every link and summary that is shown, in the order of the page, and each shows that it has the focus. */
async function tabResult(browser: BrowserPage, where: string): Promise<CheckResult> {
  const expected = JSON.parse(
    String(
      await browser.evaluate(`(() => {
        window.stops = [...document.querySelectorAll('a[href],summary')].filter((e) => e.checkVisibility());
        return JSON.stringify(window.stops.length);
      })()`),
    ),
  ) as number;
  await browser.evaluate('document.activeElement?.blur(); window.scrollTo(0, 0)');
  const order: number[] = [];
  const unseen: number[] = [];
  for (let press = 0; press < Math.min(expected + 40, MOST_STOPS); press++) {
    const key = { key: 'Tab', code: 'Tab', windowsVirtualKeyCode: 9 };
    await Promise.all(['rawKeyDown', 'keyUp'].map((type) => browser.send('Input.dispatchKeyEvent', { type, ...key })));
    const [at, isSeen] = JSON.parse(
      String(
        await browser.evaluate(
          `JSON.stringify([window.stops.indexOf(document.activeElement), parseFloat(getComputedStyle(document.activeElement).outlineWidth) >= 2])`,
        ),
      ),
    ) as [number, boolean];
    if (at < 0) continue; // a scrolling region, or the end
    if (order.includes(at)) break;
    order.push(at);
    if (!isSeen) unseen.push(at);
    if (order.length === expected) break;
  }
  const isInOrder = order.every((at, place) => place === 0 || at > (order[place - 1] ?? -1));
  const reached = Math.min(expected, MOST_STOPS);
  return {
    name: `${where}: Tab reaches every link and summary in order, focus is seen`,
    passed: order.length >= reached && isInOrder && unseen.length === 0,
    detail: `${order.length} of ${expected}${isInOrder ? '' : ', not in order'}${unseen.length > 0 ? `, ${unseen.length} without an outline` : ''}`,
  };
}

/** The page from its top on, in slices. */
async function takePictures(browser: BrowserPage, path: string, width: number): Promise<void> {
  await browser.evaluate('window.scrollTo(0, 0)');
  const height = Number(await browser.evaluate('document.documentElement.scrollHeight'));
  for (let top = 0, slice = 1; top < height && slice <= MOST_SLICES; top += SLICE, slice++) {
    const clip = { x: 0, y: top, width, height: Math.min(SLICE, height - top), scale: 1 };
    const { data } = await browser.send('Page.captureScreenshot', { format: 'png', clip, captureBeyondViewport: true });
    writeFileSync(`${path}-${String(slice).padStart(2, '0')}.png`, Buffer.from(String(data), 'base64'));
  }
}

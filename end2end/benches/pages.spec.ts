// How long pages take on a slow phone behind a slow connection, and how much they load: a processor slowed down
// four times, 1.6 Mbit/s with 150 ms there and back, nothing in the browser's cache. From the start of the
// navigation: the first and the largest paint (FCP, LCP), the milliseconds that long tasks block after it (TBT),
// what moved (CLS), and the moment at which the page answers (`data-hydrated`). QUALITY performance 1, 2, 10
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

import type { Browser } from '@playwright/test';

import { address, expect, test, type Lead, type Page } from '../fixtures.ts';
import { linkIn, mailTo } from '../support/mailbox.ts';
import { memberId, post, shoot } from '../support/people.ts';
import { ENOUGH } from '../support/photos.ts';

const RUNS = 5;
const SLOWDOWN = 4;
const SLOW = { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 0.75e6 / 8 };
/** As fast as this machine. */
const FAST = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 };
const KINDS = ['document', 'script', 'wasm', 'style', 'font', 'image', 'other'] as const;

/** What a page says in its console once it answers. */
const ANSWERS = 'it answers';

interface Measured {
  fcp: number;
  lcp: number;
  tbt: number;
  cls: number;
  /** What moved. */
  moved: string[];
  answers: number;
  bytes: Record<(typeof KINDS)[number], number>;
}

test('join page', async ({ richLead: lead, browser }) => {
  const ada = address('ada');
  await lead.invite(ada);
  const link = linkIn(await mailTo(ada), '/i/');
  await report('join', browser, link, 'answers in 1,400 ms, LCP 1,000');
});

test('sign-in page', ({ browser }) => report('sign-in', browser, '/sign-in', 'answers in 1,400 ms'));

test('code page', async ({ visitor, browser }) => {
  const context = (await visitor()).context();
  await post(context.request, '/sign-up', { email: address('ida') });
  await report('code', browser, '/sign-in/code', 'answers in 1,400 ms', await context.cookies());
});

test('upload page', ({ richLead: lead, browser }) => reportTo('upload', browser, lead, '/me', 'no target'));

test('results page', async ({ richLead: lead, browser }) => {
  const { request } = lead.page.context();
  const member = await memberId(request);
  await shoot(request, member, ENOUGH);
  const progress = async () => (await request.get(`/members/${member}/progress`)).json() as Promise<string>;
  await expect.poll(progress, { timeout: 120_000 }).toBe('ready');
  await reportTo('results', browser, lead, '/me', 'no target');
});

test('dashboard', ({ richLead: lead, browser }) =>
  reportTo('dashboard', browser, lead, '/dashboard', 'answers in 3,000 ms'));

test('the dialog that adds members', ({ richLead: lead, browser }) =>
  reportTo('dialog', browser, lead, '/members?add=invite', 'no target'));

test('Members with 10,000 members and 3,000 invites', async ({ richLead: lead, browser }) => {
  await fill(lead);
  await reportTo('10,000 members', browser, lead, '/members', 'answers in 1,000 ms without a slow network, 60 kB of page');
  await reportTo('10,000 members, fast network', browser, lead, '/members', 'answers in 1,000 ms', FAST);
});

/** The people of `./x bench members`, in this lead's organization. */
async function fill(lead: Lead): Promise<void> {
  const root = resolve(import.meta.dirname, '../..');
  const generated = await readFile(join(root, 'benches/members/generated.sql'), 'utf8');
  const psql = (sql: string) =>
    promisify(execFile)(join(process.env.PG_BIN ?? '', 'psql'), [
      '--no-psqlrc', '--quiet', '--tuples-only', '--no-align', '--set=ON_ERROR_STOP=1',
      `--dbname=${process.env.DATABASE_URL}`, '--command', sql,
    ], { maxBuffer: 1 << 24 });
  const { stdout } = await psql(`select id from organizations where name = '${lead.org}'`);
  await psql(generated.replaceAll('{org}', stdout.trim()));
}

/** As [report], for somebody who is signed in. */
async function reportTo(what: string, browser: Browser, lead: Lead, path: string, target: string, network = SLOW): Promise<void> {
  const cookies = await lead.page.context().cookies();
  await report(what, browser, path, target, cookies, network);
}

type Cookies = Awaited<ReturnType<ReturnType<Page['context']>['cookies']>>;

/** Opens the page in new browsers, and prints the medians beside the target. */
async function report(
  what: string, browser: Browser, path: string, target: string, cookies: Cookies = [], network = SLOW,
): Promise<void> {
  const runs: Measured[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const context = await browser.newContext({ baseURL: process.env.BASE_URL, viewport: { width: 390, height: 844 } });
    await context.addCookies(cookies);
    runs.push(await measure(await context.newPage(), path, network));
    await context.close();
  }
  const median = (of: (one: Measured) => number) => runs.map(of).sort((a, b) => a - b)[RUNS >> 1]!;
  const kilobytes = KINDS.map((kind) => `${kind} ${(median(({ bytes }) => bytes[kind]) / 1000).toFixed(1)}`);
  const all = median(({ bytes }) => KINDS.reduce((sum, kind) => sum + bytes[kind], 0)) / 1000;
  const ms = (of: (one: Measured) => number) => Math.round(median(of));
  const moved = [...new Set(runs.flatMap((one) => one.moved))];
  console.log(
    `${what}: FCP ${ms((one) => one.fcp)} ms, LCP ${ms((one) => one.lcp)} ms, TBT ${ms((one) => one.tbt)} ms, ` +
      `CLS ${median((one) => one.cls).toFixed(3)}${moved.length ? ` (${moved.join(', ')})` : ''}, answers after ${ms((one) => one.answers)} ms; ` +
      `${all.toFixed(1)} kB (${kilobytes.join(', ')}); target: ${target}`,
  );
}

async function measure(page: Page, path: string, network: typeof SLOW): Promise<Measured> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Network.enable');
  await devtools.send('Network.setCacheDisabled', { cacheDisabled: true });
  await devtools.send('Network.emulateNetworkConditions', network);
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: SLOWDOWN });
  const bytes = Object.fromEntries(KINDS.map((kind) => [kind, 0])) as Measured['bytes'];
  const kinds = new Map<string, (typeof KINDS)[number]>();
  devtools.on('Network.responseReceived', ({ requestId, type, response }) => kinds.set(requestId, kindOf(type, response.url)));
  devtools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    bytes[kinds.get(requestId) ?? 'other'] += encodedDataLength;
  });
  await page.addInitScript(watch, ANSWERS);
  // Told by the page: to look for it there again and again would slow the page down.
  const answers = page.waitForEvent('console', { predicate: (message) => message.text() === ANSWERS, timeout: 120_000 });
  await page.goto(path, { waitUntil: 'commit' });
  await answers;
  // What is hydrated afterwards blocks as well.
  await page.waitForTimeout(2_000);
  const seen = await page.evaluate(() => (window as unknown as { seen: Omit<Measured, 'bytes'> }).seen);
  return { ...seen, bytes };
}

function kindOf(type: string, url: string): (typeof KINDS)[number] {
  if (url.endsWith('.wasm')) return 'wasm';
  const kind = { Document: 'document', Script: 'script', Stylesheet: 'style', Font: 'font', Image: 'image' }[type];
  return (kind ?? 'other') as (typeof KINDS)[number];
}

/** In the page, before anything of it: writes down what the browser tells of its paints and tasks. */
function watch(says: string): void {
  const seen = { fcp: 0, lcp: 0, tbt: 0, cls: 0, moved: [] as string[], answers: 0 };
  Object.assign(window, { seen });
  const on = (type: string, note: (entry: PerformanceEntry) => void) =>
    new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true });
  on('paint', (entry) => {
    if (entry.name === 'first-contentful-paint') seen.fcp = entry.startTime;
  });
  on('largest-contentful-paint', (entry) => (seen.lcp = entry.startTime));
  on('longtask', (entry) => {
    if (seen.fcp > 0 && entry.startTime >= seen.fcp) seen.tbt += Math.max(0, entry.duration - 50);
  });
  on('layout-shift', (entry) => {
    const { value, sources } = entry as unknown as { value: number; sources: { node: Element | null }[] };
    seen.cls += value;
    seen.moved.push(...sources.map(({ node }) => `${node?.nodeName ?? 'gone'}.${node?.className ?? ''}`));
  });
  new MutationObserver((_, observer) => {
    if (!document.documentElement?.hasAttribute('data-hydrated')) return;
    seen.answers = performance.now();
    observer.disconnect();
    console.debug(says);
  }).observe(document, { attributes: true, subtree: true, attributeFilter: ['data-hydrated'] });
}

// What every test begins with: `test` and `expect` of this file, a guard on each page, and people.
import { randomInt, randomUUID } from 'node:crypto';

import { AxeBuilder } from '@axe-core/playwright';
import { test as base, expect, type BrowserContextOptions, type Page } from '@playwright/test';

import { Guard } from './support/guard.ts';
import { grant } from './support/headcount.ts';
import { invite, signUp } from './support/people.ts';

export { expect, type Page } from '@playwright/test';

/** The Owner of an organization that no other test knows, signed in on `page`. */
export interface Lead {
  page: Page;
  name: string;
  address: string;
  org: string;
  /** Gives the organization credits, as the operator does. */
  grant(credits: number): Promise<void>;
  /** Sends personal invites, without the dialog. */
  invite(...addresses: string[]): Promise<void>;
}

interface Fixtures {
  guard: Guard;
  /** Opens a browser of somebody else: own cookies, own network. */
  visitor(options?: BrowserContextOptions): Promise<Page>;
  lead: Lead;
  /** The same with credits. */
  richLead: Lead;
}

export const test = base.extend<Fixtures>({
  baseURL: async ({}, use) => use(process.env.BASE_URL),

  // Codes are limited per network; the server believes this header, as behind a proxy. N3
  extraHTTPHeaders: async ({}, use) => use(ownNetwork()),

  guard: [
    async ({ context }, use) => {
      const guard = new Guard();
      guard.watch(context);
      await use(guard);
      expect(guard.problems, 'what the pages did in the background').toEqual([]);
    },
    { auto: true },
  ],

  visitor: async ({ browser, guard, baseURL, locale, timezoneId }, use) => {
    const opened: Page[] = [];
    await use(async (options) => {
      const own = { baseURL, locale, timezoneId, extraHTTPHeaders: ownNetwork(), ...options };
      const context = await browser.newContext(own);
      guard.watch(context);
      const page = await context.newPage();
      opened.push(page);
      return page;
    });
    for (const page of opened) await page.context().close();
  },

  lead: async ({ page }, use) => {
    const id = unique();
    const who = { address: `ingrid-${id}@northwind.example`, name: 'Ingrid Solheim', org: `Northwind ${id}` };
    const request = page.context().request;
    await signUp(request, who);
    await use({
      page,
      ...who,
      grant: (credits) => grant(who.org, credits),
      invite: (...addresses) => invite(request, ...addresses),
    });
  },

  richLead: async ({ lead }, use) => {
    await lead.grant(10);
    await use(lead);
  },
});

/** A word that nothing else in this run, or an earlier one on the same database, is called. */
export function unique(): string {
  return randomUUID().slice(0, 8);
}

/** An address that belongs to this test alone. */
export function address(name: string, domain = 'northwind.example'): string {
  return `${name}-${unique()}@${domain}`;
}

/** Waits until the page's client has taken over: from then on it answers clicks. */
export async function hydrated(page: Page): Promise<void> {
  await page.locator('html[data-hydrated]').waitFor({ state: 'attached', timeout: 60_000 });
}

/** Opens a page and waits for its client. */
export async function open(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await hydrated(page);
}

/** N5: no violation of WCAG 2.2, levels A and AA, that a machine can find. */
export async function axe(page: Page, what = new URL(page.url()).pathname): Promise<void> {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
  // What is half under the header, which stays in sight, is no target that is too small.
  await page.evaluate(() => window.scrollTo(0, 0));
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().withTags(tags).analyze();
  const found = violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id} (${help}): ${node.target.join(' ')}: ${node.failureSummary}`),
  );
  expect.soft(found, `accessibility of ${what}`).toEqual([]);
}

function ownNetwork(): Record<string, string> {
  const byte = () => randomInt(1, 255);
  return { 'X-Forwarded-For': `10.${byte()}.${byte()}.${byte()}` };
}

// No test: takes pictures of every screen, to look at the design.
// SCREENS_DIR=/some/folder ./x test e2e; the normal run leaves this file out.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { test, type Page } from '../fixtures.ts';
import type { Mail } from '../support/mailbox.ts';
import { allowProviders } from '../support/sso.ts';
import { singleSignOn } from '../support/sso-tour.ts';
import { firstDay, leading, outside, shooting, type Look } from '../support/tour.ts';

const DIR = process.env.SCREENS_DIR ?? 'screens';

test.setTimeout(600_000);
test.beforeAll(() => void mkdirSync(DIR, { recursive: true }));

test('outside', ({ visitor }) => outside(visitor, shots, async (mail, name) => showMail(await visitor(), mail, name)));
test('the first day', ({ visitor }) => firstDay(visitor, shots));
test('the demo’s lead', ({ page, visitor }) => leading(page, visitor, shots));
test('single sign-on', ({ richLead, visitor, guard }) => {
  allowProviders(guard);
  return singleSignOn(richLead, visitor, shots);
});
test('shooting', ({ visitor }) => shooting(visitor, shots, async (mail, name) => showMail(await visitor(), mail, name)));

async function showMail(page: Page, mail: Mail, name: string): Promise<void> {
  await page.setContent(mail.html);
  await shots(page, name);
}

/** Four pictures: wide and narrow, light and dark. A page is shown whole, a dialog as it opens. */
const shots: Look = async (page, name, kind = 'page') => {
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: width === 1440 ? 900 : 844 });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      // A page that is scrolled shows what sticks in the middle of the picture.
      if (kind === 'page') await page.evaluate(() => scrollTo(0, 0));
      const path = join(DIR, `${name}-${width}-${colorScheme}.png`);
      await page.screenshot({ path, fullPage: kind === 'page', animations: 'disabled' });
    }
  }
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.emulateMedia({ colorScheme: 'light' });
};

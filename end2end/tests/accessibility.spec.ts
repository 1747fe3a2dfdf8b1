// Every screen and state by machine: WCAG 2.2 A and AA in light and dark, wide and narrow, and
// nothing to scroll sideways on the smallest phone. N5
import { axe, expect, test, type Page } from '../fixtures.ts';
import { firstDay, leading, outside, shooting } from '../support/tour.ts';

test.setTimeout(600_000);

const noMail = async () => {};

test('N5 L7 J1 outside: signing in, joining, links that fail', ({ visitor }) => outside(visitor, judge, noMail));
test('N5 N6 C1 the first day of a lead', ({ visitor }) => firstDay(visitor, judge));
test('N5 P1 D2 L2 a lead with people, teams, links and trouble', ({ page, visitor }) => leading(page, visitor, judge));
test('N5 H1 H4 M3 photos and headshots', ({ visitor }) => shooting(visitor, judge, noMail));

async function judge(page: Page, name: string): Promise<void> {
  await test.step(`look at ${name}`, async () => {
    for (const width of [1440, 390]) {
      await page.setViewportSize({ width, height: 844 });
      // As tall as the page is: what stays in sight while one scrolls makes no target smaller.
      const height = await page.evaluate(() => Math.max(844, document.documentElement.scrollHeight));
      await page.setViewportSize({ width, height });
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        // What is scrolled half under the header is no smaller a target for it.
        await page.evaluate(() => scrollTo(0, 0));
        await axe(page, `${name}, ${width} px, ${colorScheme}`);
      }
    }
    await page.setViewportSize({ width: 320, height: 640 });
    expect.soft(await tooWide(page), `${name} at 320 px: what is too wide`).toEqual([]);
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.emulateMedia({ colorScheme: 'light' });
  });
}

/** What makes the page, or the dialog that is open, scroll sideways. */
function tooWide(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const frame = document.querySelector('dialog[open]') ?? document.documentElement;
    if (frame.scrollWidth <= frame.clientWidth) return [];
    const edge = frame.getBoundingClientRect().right;
    return [...frame.querySelectorAll('*')]
      .filter((element) => element.getBoundingClientRect().right > edge + 1)
      .map((element) => `${element.tagName.toLowerCase()}.${element.getAttribute('class')}: ${element.textContent?.slice(0, 40)}`)
      .slice(0, 8);
  });
}

// Headshots: looked at, compared, chosen and downloaded, by their person and by leads. H4, H6, H7, P7
import { readFile } from 'node:fs/promises';

import { axe, expect, hydrated, open, test, type Page } from '../fixtures.ts';
import { memberId, shoot } from '../support/people.ts';
import { ENOUGH } from '../support/photos.ts';

/** Makes the headshots of whoever looks at the page. */
async function withHeadshots(page: Page): Promise<void> {
  const request = page.context().request;
  await shoot(request, await memberId(request), ENOUGH);
  await page.goto('/me');
  await expect(page.getByRole('heading', { name: /^Here you are/ })).toBeVisible({ timeout: 120_000 });
  await hydrated(page);
}

test('H4 H7 headshots are enlarged, leafed through by keys and by swipe, compared, chosen and saved', async ({
  richLead: { page },
}) => {
  await withHeadshots(page);
  await expect(page.getByRole('heading', { level: 2, name: /^Headshots of \d+ \w+ 20\d\d$/ })).toBeVisible();

  // ---- by keyboard; the focus comes back
  const opener = page.getByRole('list').getByRole('link', { name: 'Enlarge headshot 02' });
  await opener.focus();
  await page.keyboard.press('Enter');
  const viewer = page.getByRole('dialog', { name: /^Headshot \d\d of/ });
  await expect(viewer.getByRole('heading', { name: /^Headshot 02/ })).toBeVisible();
  await axe(page, 'the viewer');
  await page.keyboard.press('ArrowRight');
  await expect(viewer.getByRole('img', { name: 'Headshot 03' })).toBeVisible();
  await page.keyboard.press('End');
  await expect(viewer.getByText('8 of 8')).toBeVisible();
  await page.keyboard.press('ArrowRight');
  await expect(viewer.getByText('8 of 8')).toBeVisible();
  await page.keyboard.press('Home');
  await expect(viewer.getByText('1 of 8')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(viewer).toHaveCount(0);
  await expect(opener).toBeFocused();

  // ---- by swipe
  await opener.click();
  const box = (await viewer.locator('.prints').boundingBox())!;
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x - 120, y, { steps: 4 });
  await page.mouse.up();
  await expect(viewer.getByRole('img', { name: 'Headshot 03' })).toBeVisible();

  // ---- two side by side: the first stays
  await viewer.getByRole('button', { name: 'Compare' }).click();
  await viewer.getByRole('button', { name: 'Next' }).click();
  await expect(viewer.getByRole('img', { name: 'Headshot 03' })).toBeVisible();
  await expect(viewer.getByRole('img', { name: 'Headshot 04' })).toBeVisible();
  await expect(viewer.getByText('03 stays on the left')).toBeVisible();
  await axe(page, 'the viewer with two');
  await viewer.getByRole('button', { name: 'Compare' }).click();
  await expect(viewer.getByRole('img')).toHaveCount(1);

  // ---- with another background, shown and saved; the engine decides whether that is possible
  await viewer.getByRole('button', { name: 'Plain' }).click();
  await expect(viewer.getByRole('img', { name: 'Headshot 04' })).toHaveAttribute('src', /\?background=plain$/);
  await expect(viewer.getByText('the original background stays')).toBeVisible();
  await expect(viewer.getByRole('link', { name: 'Square: headshot 04' })).toHaveAttribute('href', /background=plain/);
  await axe(page, 'the viewer with a background chosen');
  await viewer.getByRole('button', { name: 'Original' }).click();
  await expect(viewer.getByRole('img', { name: 'Headshot 04' })).toHaveAttribute('src', /\/headshots\/[0-9a-f-]+$/);

  // ---- saved in another shape, under a name that says whose it is
  const begun = page.waitForEvent('download');
  await viewer.getByRole('link', { name: 'Round: headshot 04' }).click();
  const saved = await begun;
  expect(saved.suggestedFilename()).toMatch(/^Ingrid Solheim 20\d\d-\d\d-\d\d 04 round\.png$/);
  expect((await readFile(await saved.path())).subarray(1, 4).toString()).toBe('PNG');

  // ---- chosen
  await viewer.getByRole('button', { name: 'Choose headshot 04 as favorite' }).click();
  await expect(page.getByText('Number 04 is the chosen headshot.')).toBeVisible();
});

test('H4 N5 on a phone the viewer fits, and two are beside each other', async ({ richLead: { page } }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await withHeadshots(page);
  await page.getByRole('list').getByRole('link', { name: 'Enlarge headshot 01' }).click();
  const viewer = page.getByRole('dialog');
  await viewer.getByRole('button', { name: 'Compare' }).click();
  await viewer.getByRole('button', { name: 'Next' }).click();
  const [left, right] = [viewer.getByRole('img').nth(0), viewer.getByRole('img').nth(1)];
  await expect(right).toBeVisible();
  const [one, other] = [(await left.boundingBox())!, (await right.boundingBox())!];
  expect(one.x + one.width).toBeLessThanOrEqual(other.x + 1);
  expect(other.x + other.width).toBeLessThanOrEqual(390);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  for (const name of ['Previous', 'Next', 'Compare', 'Close']) {
    await expect(viewer.getByRole('button', { name })).toBeInViewport({ ratio: 1 });
  }
  await axe(page, 'the viewer on a phone');
});

test('H4 J2 without scripts a picture opens by its link, and every shape is a link', async ({ richLead: { page }, browser, guard }) => {
  guard.allow(/^csp for .*\.js$/);
  await withHeadshots(page);
  const context = await browser.newContext({
    baseURL: process.env.BASE_URL!,
    javaScriptEnabled: false,
    storageState: await page.context().storageState(),
  });
  const plain = await context.newPage();
  await plain.goto('/me');
  await plain.getByLabel('Download headshot 02').click();
  const link = plain.getByRole('listitem').getByRole('link', { name: 'Square: headshot 02' });
  await expect(link).toBeVisible();
  await expect(plain.getByRole('listitem').getByRole('link', { name: 'Plain background: headshot 02' })).toBeVisible();
  const answer = await context.request.get((await link.getAttribute('href'))!);
  expect(answer.headers()['content-disposition']).toContain('square.jpg');
  await plain.getByRole('list').getByRole('link', { name: 'Enlarge headshot 02' }).click();
  await plain.waitForURL(/\/headshots\/[0-9a-f-]+$/);

  // ---- a lead finds people and downloads by forms alone
  await plain.goto('/headshots');
  await plain.getByLabel('Search by name').fill('ingrid');
  await plain.getByRole('button', { name: 'Apply' }).click();
  await expect(plain.getByText('1 person found.')).toBeVisible();
  const begun = plain.waitForEvent('download');
  await plain.getByRole('button', { name: 'Download 1 headshot' }).click();
  expect((await begun).suggestedFilename()).toMatch(/headshots\.zip$/);
  await context.close();
});

test('H4 P7 N6 a lead searches, filters, and downloads everybody who is listed, with progress', async ({
  richLead: lead,
}) => {
  const { page } = lead;
  await withHeadshots(page);
  await open(page, '/headshots');
  await expect(page.getByRole('heading', { name: '1 person’s headshots are ready' })).toBeVisible();
  await axe(page);
  await page.getByLabel('Search by name').fill('nobody');
  await expect(page.getByText('No one matches.')).toBeVisible();
  await expect(page).toHaveURL(/q=nobody/);
  await page.getByRole('link', { name: 'Clear filters' }).click();
  await page.getByLabel('Choice').selectOption('Not chosen yet');
  await expect(page.getByText('1 person found.')).toBeVisible();
  await page.getByLabel('What to download').selectOption('Everything');
  await page.locator('select[name=background]').selectOption('Soft background');
  await expect(page.getByText('the original background stays')).toBeVisible();
  const begun = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download 8 headshots' }).click();
  const saved = await begun;
  expect(saved.suggestedFilename()).toBe(`${lead.org} headshots.zip`);
  const bytes = await readFile(await saved.path());
  expect(bytes.subarray(0, 4).toString('latin1')).toBe('PK\u0003\u0004');
  expect(bytes.subarray(-22, -18).toString('latin1')).toBe('PK\u0005\u0006');
  await expect(page.getByText(`Downloaded as ${lead.org} headshots.zip.`)).toBeVisible();
  await open(page, '/history');
  await expect(page.getByText('Downloaded the headshots of 1 person')).toBeVisible();
});

test('H4 N8 a download that breaks off is not saved, and one that is cancelled is neither', async ({
  richLead: { page },
}) => {
  await withHeadshots(page);
  await open(page, '/headshots');
  const downloads: string[] = [];
  page.on('download', (download) => downloads.push(download.suggestedFilename()));
  const button = page.getByRole('button', { name: 'Download 1 headshot' });

  // What comes has no end, though the connection was closed as if it had.
  const whole = await (await page.context().request.get('/headshots.zip')).body();
  await page.route('**/headshots.zip?*', (route) =>
    route.fulfill({ contentType: 'application/zip', body: whole.subarray(0, whole.length - 30) }),
  );
  await button.click();
  await expect(page.getByText('The download broke off, and nothing was saved.')).toBeVisible();
  await axe(page, 'a download that broke off');
  await page.unroute('**/headshots.zip?*');

  // One that never comes.
  const held = new Promise<void>((resolve) => {
    void page.route('**/headshots.zip?*', () => resolve());
  });
  await button.click();
  await held;
  await expect(page.getByRole('progressbar', { name: 'Headshots downloaded' })).toBeVisible();
  await page.getByRole('button', { name: 'Cancel download' }).click();
  await expect(page.getByText('Download cancelled. Nothing was saved.')).toBeVisible();
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  expect(downloads).toEqual([]);
  await button.click();
  await expect.poll(() => downloads.length).toBe(1);
});

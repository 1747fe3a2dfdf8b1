// What a lead can do with a link after it is made: edit, pause, print, see who waits. L2, L6, L7
import { readFile } from 'node:fs/promises';

import { address, axe, expect, open, test, type Page } from '../fixtures.ts';
import { codeFor, mailTo } from '../support/mailbox.ts';
import { createLink, post } from '../support/people.ts';
import { scan } from '../support/scan.ts';

test('L2 L4 a link is edited in its place, never below what is used', async ({ richLead: lead, visitor }) => {
  const { page } = lead;
  const url = await createLink(page.context().request, { domains: 'northwind.example', usage_limit: '2' });
  await joinBy(await visitor(), url, address('ada'));
  await joinBy(await visitor(), url, address('bob'));
  await open(page, '/members?add=link');
  const row = page.locator('.link-row');
  await expect(row).toContainText('Full');

  // "Add places" leads into the edit, to the field that it is about.
  await row.getByRole('button', { name: /^Add places/ }).click();
  const form = row.getByRole('form', { name: 'Change the link' });
  const limit = form.getByLabel('Usage limit');
  await expect(limit).toBeFocused();
  await expect(limit).toHaveValue('2');
  await expect(form.getByLabel('Domain restriction')).toHaveValue('@northwind.example');
  await limit.fill('1');
  await page.keyboard.press('Enter');
  await expect(form.locator('#e-usage_limit-e')).toContainText('2 people have joined already. Type 2 or more');
  await expect(limit).toHaveAttribute('aria-invalid', 'true');
  await axe(page);
  await limit.fill('3');
  await form.getByLabel('Label').fill('Canteen');
  await form.getByLabel('Domain restriction').fill('@northwind.example, *.northwind.example');
  await form.getByLabel('Expiration date').fill('2020-01-01T10:00');
  await form.getByRole('button', { name: 'Save changes' }).click();
  await expect(form.locator('#e-expires_at-e')).toContainText('This time has passed');
  await form.getByRole('button', { name: 'In a week' }).click();

  // What is typed here is unsent too: another panel does not take its place, and closing asks. D2
  await row.getByRole('button', { name: /^QR code/ }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Save or cancel your changes first.' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('alertdialog')).toContainText('Close without sending?');
  await page.getByRole('button', { name: 'Keep editing' }).click();
  await form.getByRole('button', { name: 'Save changes' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'The link is changed.' })).toBeVisible();
  await expect(form).toHaveCount(0);
  await expect(row.getByRole('button', { name: 'Edit link Canteen' })).toBeFocused();
  await expect(row).toContainText('Canteen');
  await expect(row).toContainText('Live');
  await expect(row).toContainText('2 of 3 joined');
  await expect(row).toContainText('@northwind.example or *.northwind.example');
  await expect(row).toContainText('18:00');
  await joinBy(await visitor(), url, address('cleo', 'eu.northwind.example'));
  await open(page, '/members?add=link');
  await expect(row).toContainText('3 of 3 joined');
});

test('L2 L7 an expired link is opened again', async ({ richLead: lead, visitor }) => {
  const { page } = lead;
  const expires_at = new Date(Date.now() + 2_000).toISOString();
  const url = await createLink(page.context().request, { expires_at });
  const guest = await visitor();
  await expect.poll(async () => (await guest.context().request.get(url)).status()).toBe(410);
  await open(page, '/members?add=link');
  const row = page.locator('.link-row');
  await expect(row).toContainText('Expired');
  await row.getByRole('button', { name: /^Reopen/ }).click();
  const form = row.getByRole('form', { name: 'Change the link' });
  await expect(form.getByLabel('Expiration date')).toBeFocused();
  // A label may change while the expiry stays passed.
  await form.getByLabel('Label').fill('Old poster');
  await form.getByRole('button', { name: 'Save changes' }).click();
  await expect(row).toContainText('Old poster');
  await expect(row).toContainText('Expired');
  await row.getByRole('button', { name: /^Reopen/ }).click();
  await form.getByRole('button', { name: 'Tomorrow' }).click();
  await form.getByRole('button', { name: 'Save changes' }).click();
  await expect(row).toContainText('Live');
  expect((await guest.goto(url))?.status()).toBe(200);
});

test('L2 L7 a link is paused and resumed', async ({ richLead: lead, visitor }) => {
  const { page } = lead;
  const url = await createLink(page.context().request);
  const guest = await visitor();
  await open(guest, url);
  await open(page, '/members?add=link');
  const row = page.locator('.link-row');
  await row.getByRole('button', { name: /^Pause link/ }).click();
  await expect(page.getByRole('status').filter({ hasText: 'The link is paused' })).toBeVisible();
  await expect(row).toContainText('Paused');
  // Whoever had the page open reads it too.
  await guest.getByLabel('Your name').fill('Ada');
  await guest.getByLabel('Work email').fill(address('ada'));
  await guest.getByRole('button', { name: 'Send me a code' }).click();
  await expect(guest.getByRole('heading', { name: 'This link is paused' })).toBeVisible();
  await expect(guest.getByRole('link', { name: 'Write to Ingrid Solheim' })).toBeVisible();
  await axe(guest);
  const resume = row.getByRole('button', { name: /^Resume link/ });
  await expect(resume).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(row).toContainText('Live');
  expect((await guest.goto(url))?.status()).toBe(200);
});

test('L2 the QR code is shown, scans, and is saved as PNG and SVG', async ({ richLead: lead }) => {
  const { page } = lead;
  await open(page, '/members?add=link');
  const dialog = page.getByRole('dialog', { name: 'Add member' });
  await dialog.getByRole('button', { name: 'Create invite link' }).click();
  const url = await dialog.locator('#new-link').innerText();
  const note = dialog.getByRole('status').filter({ hasText: 'Your link is ready.' });
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const shown = note.getByRole('img', { name: 'QR code of this invite link' });
    await shown.scrollIntoViewIfNeeded();
    await expect.poll(() => shown.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
    expect(scan(await shown.screenshot()), `as it is shown, ${colorScheme}`).toBe(url);
  }
  await axe(page);
  const png = page.waitForEvent('download');
  await note.getByRole('link', { name: 'PNG' }).click();
  expect((await png).suggestedFilename()).toBe('invite-link.png');
  expect(scan(await readFile(await (await png).path()))).toBe(url);
  const svg = page.waitForEvent('download');
  await note.getByRole('link', { name: 'SVG' }).click();
  expect(await readFile(await (await svg).path(), 'utf8')).toMatch(/^<svg xmlns/);

  // Any time later, from the list.
  await open(page, '/members?add=link');
  const row = dialog.locator('.link-row');
  const opener = row.getByRole('button', { name: /^QR code/ });
  await opener.click();
  await expect(opener).toHaveAttribute('aria-expanded', 'true');
  const again = row.getByRole('img', { name: 'QR code of this invite link' });
  await again.scrollIntoViewIfNeeded();
  await expect.poll(() => again.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
  expect(scan(await again.screenshot())).toBe(url);
  await opener.click();
  await expect(again).toHaveCount(0);
});

for (const javaScriptEnabled of [true, false]) {
  test(`L7 J2 a full link keeps a list of who waits, ${javaScriptEnabled ? 'with' : 'without'} scripts`, async ({
    richLead: lead,
    visitor,
    guard,
  }) => {
    if (!javaScriptEnabled) guard.allow(/^csp for .*\.js$/);
    const { page } = lead;
    const url = await createLink(page.context().request, { domains: 'northwind.example', usage_limit: '1' });
    await joinBy(await visitor(), url, address('first'));
    const guest = await visitor({ javaScriptEnabled });
    expect((await guest.goto(url))?.status()).toBe(409);
    if (javaScriptEnabled) await guest.locator('html[data-hydrated]').waitFor({ state: 'attached' });
    await expect(guest.getByRole('heading', { name: 'The one place is taken' })).toBeVisible();
    const field = guest.getByLabel('Work email');
    const send = guest.getByRole('button', { name: 'Tell them I am waiting' });
    await field.fill('eve@elsewhere.example');
    await send.click();
    await expect(guest.getByRole('alert').filter({ hasText: 'This link is for @northwind.example' })).toBeVisible();
    await expect(field).toHaveValue('eve@elsewhere.example');
    const [uma, vic] = [address('uma'), address('vic')];
    await field.fill(uma);
    await send.click();
    await expect(guest.getByRole('heading', { name: 'You are on the list' })).toBeVisible();
    expect(guest.url()).toContain('waiting=yes');
    if (javaScriptEnabled) await axe(guest);
    await post((await visitor()).context().request, `${new URL(url).pathname}/wait`, { email: vic });

    // The lead is told by mail, and in the row.
    const mail = await mailTo(lead.address, { subject: 'waiting for a place' });
    expect(mail.text.replaceAll('\u200c', '')).toContain(uma);
    await open(page, '/members?add=link');
    const row = page.locator('.link-row');
    await row.getByRole('button', { name: /^2 waiting/ }).click();
    await expect(row.getByRole('listitem').filter({ hasText: uma })).toBeVisible();
    await expect(row.getByRole('listitem').filter({ hasText: vic })).toBeVisible();
    await axe(page);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await row.getByRole('button', { name: /^Copy the addresses/ }).click();
    await expect(page.getByRole('status').filter({ hasText: 'Addresses copied.' })).toBeVisible();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(`${uma}\n${vic}`);

    // They can be sent an invite each; going back to the link loses nothing.
    await row.getByRole('link', { name: 'Invite them' }).click();
    await expect(page.getByRole('button', { name: 'Invite 2 members' })).toBeEnabled();
    await expect(page.getByRole('list', { name: 'Addresses' })).toContainText(vic);
    await page.getByRole('tab', { name: 'Open invite' }).click();
    await row.getByRole('button', { name: 'Add places', exact: true }).click();
    await row.getByLabel('Usage limit').fill('2');
    await row.getByRole('button', { name: 'Save changes' }).click();
    await expect(row).toContainText('1 of 2 joined');

    // The same URL works now, and who got in waits no more.
    await guest.goto(url);
    await expect(guest.getByText('1 place left.')).toBeVisible();
    await joinBy(await visitor(), url, uma);
    await open(page, '/members?add=link');
    await expect(row.getByRole('button', { name: /^1 waiting/ })).toBeVisible();
  });
}

test('L8 a scanner that renders the page and presses nothing changes nothing', async ({ richLead: lead, visitor }) => {
  const { page } = lead;
  const request = page.context().request;
  const url = await createLink(request, { usage_limit: '1' });
  const rows = async () => {
    await open(page, '/members?add=link');
    const list = await page.locator('.link-row').allInnerTexts();
    await open(page, '/members');
    return [list, await page.getByText(/members?, \d+ invites? pending/).innerText()];
  };
  const before = await rows();
  for (let n = 0; n < 3; n += 1) {
    const scanner = await visitor();
    await open(scanner, url);
    await scanner.waitForLoadState('networkidle');
    expect(await scanner.context().cookies()).toEqual([]);
  }
  expect(await rows()).toEqual(before);
});

/** Joins with a code from the mail, by plain forms. */
async function joinBy(page: Page, url: string, email: string): Promise<void> {
  const { pathname } = new URL(url);
  const { request } = page.context();
  await post(request, pathname, { name: 'Somebody', email });
  await post(request, `${pathname}/code`, { code: await codeFor(email) });
}

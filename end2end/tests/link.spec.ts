// Open invites: one link for many people, within its limits. L1 to L8, J1, J3, J4
import { address, axe, expect, hydrated, open, test, unique, type Lead, type Page } from '../fixtures.ts';
import { codeFor } from '../support/mailbox.ts';
import { createLink, signUp } from '../support/people.ts';

test('L1 L2 L3 L4 L6 L7 a link lets in who it is for, as many as it says, until it is revoked', async ({
  richLead: lead,
  visitor,
}) => {
  const { page } = lead;
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);

  // ---- the lead makes it, after mistakes that the form explains
  await open(page, '/members');
  await page.getByRole('link', { name: 'Add member' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add member' });
  await dialog.getByRole('tab', { name: 'Open invite' }).click();
  const create = dialog.getByRole('button', { name: 'Create invite link' });
  await expect(dialog.getByText('No links yet')).toBeVisible();
  await expect(dialog.getByText('Time zone: Europe/Oslo')).toBeVisible();
  const [domain, limit, expiry] = [
    dialog.getByLabel('Domain restriction'),
    dialog.getByLabel('Usage limit'),
    dialog.getByLabel('Expiration date'),
  ];
  await domain.fill('northwind');
  await create.click();
  await expect(dialog.getByRole('alert').filter({ hasText: 'cut short' })).toBeVisible();
  await domain.fill('@northwind.example');
  await limit.fill('0');
  await create.click();
  await expect(dialog.getByRole('alert').filter({ hasText: 'whole number from 1' })).toBeVisible();
  await limit.fill('2');
  await expiry.fill('2020-02-02T12:00');
  await create.click();
  await expect(dialog.locator('#l-expires_at-e')).toBeVisible();
  await expect(expiry).toHaveAttribute('aria-invalid', 'true');
  // The browser says so before the server has answered, and nothing is sent meanwhile.
  await expect(create).not.toHaveAttribute('aria-busy', 'true');
  const closes = `${new Date().getFullYear() + 1}-07-01T17:30`;
  await expiry.fill(closes);
  await dialog.getByLabel('Label').fill('Summer party');
  // By keyboard alone: Enter in a field sends the form.
  await dialog.getByLabel('Label').press('Enter');
  await expect(dialog.getByText('Your link is ready.')).toBeVisible();
  await expect(limit).toHaveValue('');
  const url = await dialog.locator('#new-link').innerText();
  expect(new URL(url).pathname).toMatch(/^\/j\/[\w-]{22,}$/);

  // ---- Copy confirms and fills the clipboard
  await dialog.getByRole('button', { name: 'Copy the new link' }).focus();
  await page.keyboard.press('Enter');
  await expect(dialog.getByRole('status').filter({ hasText: 'Link copied.' })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(url);
  await axe(page);
  // The list shows it with its limits, in the lead's own zone: 17:30 in Oslo in summer is 15:30 UTC.
  const row = dialog.locator('.link-row').filter({ hasText: 'Summer party' });
  await expect(row).toContainText('Live');
  await expect(row).toContainText('@northwind.example');
  await expect(row).toContainText('0 of 2 joined');
  await expect(row).toContainText('by Ingrid Solheim');
  await expect(row.locator('time')).toHaveAttribute('datetime', `${closes.slice(0, 11)}15:30:00Z`);
  await expect(row.locator('time')).toContainText('17:30');

  // ---- who has the wrong domain is told at the field, by browser and server
  const eve = await visitor();
  await open(eve, url);
  await expect(eve.getByRole('heading', { name: `Get your ${lead.org} headshot` })).toBeVisible();
  await expect(eve.getByText('2 places left.')).toBeVisible();
  await expect(eve.getByText('Use your @northwind.example address')).toBeVisible();
  await axe(eve);
  await eve.getByLabel('Your name').fill('Eve');
  await eve.getByLabel('Work email').fill('eve@northwind.example.evil.example');
  await eve.getByRole('button', { name: 'Send me a code' }).click();
  await expect(eve.getByRole('alert').filter({ hasText: 'This link is for @northwind.example' })).toBeVisible();
  await expect(eve.getByLabel('Work email')).toBeFocused();
  const refused = await eve.context().request.post(url, {
    form: { name: 'Eve', email: 'eve@elsewhere.example' },
    headers: { origin: process.env.BASE_URL! },
    maxRedirects: 0,
  });
  expect(refused.status()).toBe(422);
  expect(await refused.text()).toContain('This link is for');

  // ---- the right domain is in after a code from the mail; a wrong one is counted
  const ada = address('ada');
  const adas = await visitor();
  await askForCode(adas, url, 'Ada Lovelace', ada);
  const right = await codeFor(ada);
  await enterCode(adas, right === '123456' ? '654321' : '123456');
  await expect(adas.getByRole('alert')).toContainText('4 tries left');
  await enterCode(adas, right);
  await adas.waitForURL('/me');
  await expect(adas.getByRole('heading', { name: 'Your photos, Ada' })).toBeVisible();

  // Who is in already is told so, and takes no place, in the same browser or with a code in another.
  const already = await adas.goto(url);
  expect(already?.status()).toBe(200);
  await expect(adas.getByRole('heading', { name: 'You are already in' })).toBeVisible();
  await adas.getByRole('link', { name: 'See my photos and headshots' }).click();
  await adas.waitForURL('/me');
  const adasPhone = await visitor();
  await askForCode(adasPhone, url, 'Ada', ada);
  await enterCode(adasPhone, await codeFor(ada));
  await adasPhone.waitForURL('/me');
  await expectUsed(lead, '1 of 2 joined');

  // ---- the limit holds, also for who had the page open
  const [cleo, dan] = [address('cleo'), address('dan')];
  const [cleos, dans] = [await visitor(), await visitor()];
  await askForCode(cleos, url, 'Cleo', cleo);
  await askForCode(dans, url, 'Dan', dan);
  await enterCode(cleos, await codeFor(cleo));
  await cleos.waitForURL('/me');
  const late = dans.waitForResponse((response) => response.request().method() === 'POST');
  await enterCode(dans, await codeFor(dan));
  expect((await late).status()).toBe(409);
  await expect(dans.getByRole('heading', { name: 'All 2 places are taken' })).toBeVisible();
  const full = await dans.goto(url);
  expect(full?.status()).toBe(409);
  await expect(dans.getByText('Ingrid Solheim can add places')).toBeVisible();
  await expect(dans.getByRole('button', { name: 'Tell them I am waiting' })).toBeVisible();
  await axe(dans);

  // ---- revoking asks first, closes the door, and removes nobody
  await open(page, '/members?add=link');
  await expect(row).toContainText('Full');
  await expect(row).toContainText('2 of 2 joined');
  const revoke = row.getByRole('button', { name: 'Revoke link Summer party' });
  await revoke.click();
  const question = row.getByRole('alertdialog', { name: 'Revoke this link?' });
  await expect(question).toContainText('The 2 people who already joined stay members.');
  await question.getByRole('button', { name: 'Keep it' }).click();
  await revoke.click();
  await question.getByRole('button', { name: 'Revoke link' }).click();
  await expect(dialog.getByRole('status').filter({ hasText: 'Link revoked.' })).toBeVisible();
  await expect(row).toContainText('Revoked');
  await expect(revoke).toHaveCount(0);
  await expect(dialog.getByRole('heading', { name: 'Your links' })).toBeFocused();
  const closed = await dans.goto(url);
  expect(closed?.status()).toBe(410);
  await expect(dans.getByRole('heading', { name: 'This link was revoked' })).toBeVisible();
  await adas.goto('/me');
  await expect(adas).toHaveURL('/me');
  await open(page, '/members');
  await expect(page.getByText('3 members, 0 invites pending.')).toBeVisible();
});

test('L2 Copy works without the clipboard API', async ({ richLead: lead }) => {
  const { page } = lead;
  const url = await createLink(page.context().request);
  await page.addInitScript(() => Object.defineProperty(Navigator.prototype, 'clipboard', { value: undefined }));
  await open(page, '/dashboard?add=link');
  const dialog = page.getByRole('dialog', { name: 'Add member' });
  await dialog.getByRole('button', { name: /^Copy link/ }).click();
  await expect(dialog.getByRole('button', { name: /^Copied link/ })).toBeFocused();
  await expect(dialog.getByRole('status').filter({ hasText: 'Link copied.' })).toBeVisible();
  await dialog.getByLabel('Label').focus();
  await page.keyboard.press('ControlOrMeta+V');
  await expect(dialog.getByLabel('Label')).toHaveValue(url.slice(0, 60));
});

test('L5 L7 a page opened before the expiry or the revocation lets nobody in after it', async ({
  richLead: lead,
  visitor,
}) => {
  const request = lead.page.context().request;
  const expires_at = new Date(Date.now() + 15_000).toISOString();
  const [expiring, revoked] = [await createLink(request, { expires_at }), await createLink(request)];
  const [fay, gil] = [address('fay', 'one.example'), address('gil', 'two.example')];
  const [fays, gils] = [await visitor(), await visitor()];
  await askForCode(fays, expiring, 'Fay', fay);
  await askForCode(gils, revoked, 'Gil', gil);
  const [faysCode, gilsCode] = [await codeFor(fay), await codeFor(gil)];

  // The two are told apart by what they allow: anybody, until a time.
  await open(lead.page, '/dashboard?add=link');
  const row = lead.page.locator('.link-row').filter({ hasNotText: 'closes' }).filter({ hasNotText: 'closed' });
  await row.getByRole('button', { name: /^Revoke link/ }).click();
  await row.getByRole('button', { name: 'Revoke link', exact: true }).click();
  await expect(row).toContainText('Revoked');
  let answer = gils.waitForResponse((response) => response.request().method() === 'POST');
  await enterCode(gils, gilsCode);
  expect((await answer).status()).toBe(410);
  await expect(gils.getByRole('heading', { name: 'This link was revoked' })).toBeVisible();

  await expect.poll(async () => (await fays.context().request.get(expiring)).status()).toBe(410);
  answer = fays.waitForResponse((response) => response.request().method() === 'POST');
  await enterCode(fays, faysCode);
  expect((await answer).status()).toBe(410);
  await expect(fays.getByRole('heading', { name: 'This link has expired' })).toBeVisible();
  await expect(fays.getByText(lead.org)).toBeVisible();
  await open(lead.page, '/members');
  await expect(lead.page.getByText('1 member, 0 invites pending.')).toBeVisible();
});

test('J4 L3 who is signed in joins with the proven address, or with another', async ({ richLead: lead, visitor }) => {
  const request = lead.page.context().request;
  const [anybody, northwind] = [await createLink(request), await createLink(request, { domains: 'northwind.example' })];
  const stranger = await visitor();
  const jan = address('jan', 'elsewhere.example');
  await signUp(stranger.context().request, { address: jan, name: 'Jan', org: `Jan’s ${unique()}` });
  await open(stranger, northwind);
  await expect(stranger.getByLabel('Email')).toHaveValue(jan);
  await expect(stranger.getByText('You are signed in with this address.')).toBeVisible();
  const refused = stranger.waitForResponse((response) => response.request().method() === 'POST');
  await stranger.getByRole('button', { name: 'Join and start my shoot' }).click();
  expect((await refused).status()).toBe(403);
  await expect(stranger.getByRole('heading', { name: 'This link is for @northwind.example' })).toBeVisible();
  await expect(stranger.getByText(jan)).toBeVisible();
  await axe(stranger);
  await stranger.getByRole('link', { name: 'Use another address' }).click();
  await expect(stranger.getByLabel('Work email')).toHaveValue('');

  // The proven address joins at once, without a code.
  await open(stranger, anybody);
  await stranger.getByLabel('Your name').fill('Jan Jansen');
  await stranger.getByRole('button', { name: 'Join and start my shoot' }).click();
  await stranger.waitForURL('/me');
  await expect(stranger.getByRole('banner')).toContainText(lead.org);
  await open(lead.page, '/members');
  await expect(lead.page.getByRole('row', { name: /Jan Jansen/ })).toContainText('Link');
});

test('L7 L8 an unknown token tells nothing; a preview tells the name and changes nothing', async ({
  richLead: lead,
  visitor,
}) => {
  const url = await createLink(lead.page.context().request, { usage_limit: '3' });
  const page = await visitor();
  const forged = url.slice(0, -1) + (url.endsWith('A') ? 'B' : 'A');
  const seen: string[] = [];
  for (const path of [forged, '/j/x', `/i/${url.split('/').pop()}`]) {
    const answer = await page.goto(path);
    expect(answer?.status(), path).toBe(404);
    await expect(page.getByRole('heading', { name: 'This link does not work' })).toBeVisible();
    expect(await page.content()).not.toContain(lead.org);
    seen.push(await page.locator('body').ariaSnapshot());
  }
  expect(new Set(seen).size).toBe(1);

  for (const method of ['get', 'head', 'get', 'head'] as const) {
    const answer = await page.context().request[method](url, { headers: { 'user-agent': 'Slackbot-LinkExpanding 1.0' } });
    expect(answer.status()).toBe(200);
  }
  await open(page, url);
  await expect(page.locator('meta[property="og:title"]')).toHaveAttribute('content', new RegExp(lead.org));
  const image = await page.locator('meta[property="og:image"]').getAttribute('content');
  expect((await page.context().request.get(image!)).headers()['content-type']).toBe('image/png');
  await expectUsed(lead, '0 of 3 joined');
});

async function askForCode(page: Page, link: string, name: string, email: string): Promise<void> {
  await open(page, link);
  await page.getByLabel('Your name').fill(name);
  await page.getByLabel('Work email').fill(email);
  await page.getByRole('button', { name: 'Send me a code' }).click();
  await page.waitForURL(/\/code$/);
}

async function enterCode(page: Page, code: string): Promise<void> {
  await hydrated(page);
  const answered = page.waitForEvent('domcontentloaded');
  // Six digits are sent by themselves.
  await page.getByRole('textbox', { name: 'Code' }).fill(code);
  await answered;
}

async function expectUsed(lead: Lead, used: string): Promise<void> {
  await open(lead.page, '/dashboard?add=link');
  await expect(lead.page.locator('.link-row').first()).toContainText(used);
}

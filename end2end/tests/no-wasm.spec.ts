// The way in for browsers whose scripts or WebAssembly never arrive: everything is a real form. J2,
// H1, I6, L3, N1
import { address, axe, expect, test, unique, type Page } from '../fixtures.ts';
import { grant } from '../support/headcount.ts';
import { codeFor, linkIn, mailTo } from '../support/mailbox.ts';
import { createLink } from '../support/people.ts';
import { ENOUGH, photo } from '../support/photos.ts';

// With scripts switched off Chromium reports those that a page would preload as refused.
test.beforeEach(({ guard }) => guard.allow(/^csp for .*\.js$/));

test('J2 J5 without scripts a lead signs up, sees every page, and sends an invite', async ({ visitor }) => {
  const page = await visitor({ javaScriptEnabled: false });
  const own = address('ada');
  const org = `Harbour ${unique()}`;
  await page.goto('/');
  await page.getByLabel('Email').fill(own);
  await page.getByRole('button', { name: 'Send me a code' }).click();
  await page.getByLabel('Code').fill('000000');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert')).toContainText('4 tries left');
  await page.getByLabel('Code').fill(await codeFor(own));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByLabel('Organization').fill(' ');
  await page.getByRole('button', { name: 'Create organization' }).click();
  await expect(page.getByRole('alert').filter({ hasText: /\S/ })).toBeVisible();
  await page.getByLabel('Organization').fill(org);
  await page.getByLabel('Your name').fill('Ada Lovelace');
  await page.getByRole('button', { name: 'Create organization' }).click();
  await page.waitForURL('/dashboard');

  await grant(org, 2);
  for (const [link, heading] of [
    ['Members', 'Members'],
    ['Headshots', 'Headshots'],
    ['Credits', 'Credits'],
    ['Settings', 'Settings'],
  ] as const) {
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: link }).click();
    await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible();
  }
  await page.goto('/members');
  await page.getByRole('link', { name: 'Add member' }).click();
  const grace = address('grace');
  await page.getByLabel('Email addresses').fill(grace);
  await page.getByRole('button', { name: /^Invite/ }).click();
  expect(linkIn(await mailTo(grace), '/i/')).toContain('/i/');
  await page.goto('/members');
  await expect(page.getByRole('row').filter({ hasText: grace })).toContainText('Invited');
  await page.getByRole('searchbox').fill('GRACE');
  await page.getByRole('button', { name: 'Apply' }).click();
  await expect(page).toHaveURL(/q=GRACE/);
  await expect(page.getByText('1 person found.')).toBeVisible();
  await expect(page.getByRole('row').filter({ hasText: grace })).toBeVisible();
});

test('J2 H1 without scripts an invitee joins, adds photos, submits and sees the headshots', async ({
  richLead: lead,
  visitor,
}) => {
  const ada = address('ada.lovelace');
  await lead.invite(ada);
  const page = await visitor({ javaScriptEnabled: false });
  await page.goto(linkIn(await mailTo(ada), '/i/'));
  await join(page);
  await photosAndResults(page);
});

test('J2 H1 with WebAssembly and scripts blocked on the way an invitee comes just as far', async ({
  richLead: lead,
  visitor,
  guard,
}) => {
  guard.allow(/ERR_BLOCKED_BY_CLIENT/);
  const page = await visitor();
  await page.route(/\.(wasm|js)$/, (route) => route.abort('blockedbyclient'));
  const ada = address('ada.lovelace');
  await lead.invite(ada);
  await page.goto(linkIn(await mailTo(ada), '/i/'));
  await join(page);
  await photosAndResults(page, axe);
});

test('J2 L3 L7 without scripts an open link lets in who proves the right address', async ({ richLead: lead, visitor }) => {
  const request = lead.page.context().request;
  const url = await createLink(request, { domains: 'northwind.example', usage_limit: '1' });
  const page = await visitor({ javaScriptEnabled: false });
  const bob = address('bob');
  await page.goto(url);
  await page.getByLabel('Your name').fill('Bob');
  await page.getByLabel('Work email').fill('bob@elsewhere.example');
  await page.getByRole('button', { name: 'Send me a code' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'This link is for @northwind.example' })).toBeVisible();
  await expect(page.getByLabel('Your name')).toHaveValue('Bob');
  await page.getByLabel('Work email').fill(bob);
  await page.getByRole('button', { name: 'Send me a code' }).click();
  const code = await codeFor(bob);
  await page.getByLabel('Code').fill(code === '111111' ? '222222' : '111111');
  await page.getByRole('button', { name: 'Join and start my shoot' }).click();
  await expect(page.getByRole('alert')).toContainText('4 tries left');
  await page.getByLabel('Code').fill(code);
  await page.getByRole('button', { name: 'Join and start my shoot' }).click();
  await page.waitForURL('/me');
  await expect(page.getByRole('heading', { name: 'Your photos, Bob' })).toBeVisible();

  const late = await visitor({ javaScriptEnabled: false });
  expect((await late.goto(url))?.status()).toBe(409);
  await expect(late.getByRole('heading', { name: 'The one place is taken' })).toBeVisible();
});

async function join(page: Page): Promise<void> {
  await page.getByLabel('Your name').fill('Ada L.');
  await page.getByRole('button', { name: 'Join and start my shoot' }).click();
  await page.waitForURL('/me');
  await expect(page.getByRole('heading', { name: 'Your photos, Ada' })).toBeVisible();
}

/** From an empty draft to a chosen headshot, by plain forms alone. */
async function photosAndResults(page: Page, meanwhile?: (page: Page) => Promise<void>): Promise<void> {
  const taken = page.getByRole('button', { name: /^Remove photo \d+$/ });
  const upload = async (files: string[]) => {
    await page.getByLabel('Add photos').setInputFiles(files);
    await page.getByRole('button', { name: 'Upload the chosen photos' }).click();
  };
  await upload([...ENOUGH.slice(0, 4), ...['too-small.jpg', 'broken.jpg', 'not-an-image.jpg', 'duplicate-of-01.jpg'].map(photo)]);
  await expect(page.getByText('Some files were not taken.')).toBeVisible();
  for (const reason of ['too-small.jpg: ', 'broken.jpg: This file is damaged', 'not-an-image.jpg: This is not', 'duplicate-of-01.jpg: The same picture as photo 1']) {
    await expect(page.getByRole('listitem').filter({ hasText: reason })).toBeVisible();
  }
  await expect(taken).toHaveCount(4);
  await meanwhile?.(page);
  await page.getByRole('button', { name: 'Remove photo 4' }).click();
  await expect(taken).toHaveCount(3);
  await upload(ENOUGH.slice(3));
  await expect(taken).toHaveCount(8);
  await page.getByRole('button', { name: 'Submit 8 photos' }).click();
  await expect(page.getByRole('heading', { name: 'Your headshots are being made' })).toBeVisible();
  const ready = page.getByRole('heading', { name: 'Here you are, Ada' });
  await expect(async () => {
    await page.goto('/me');
    await expect(ready).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 120_000 });
  await page.getByRole('button', { name: 'Choose headshot 01 as favorite' }).click();
  await expect(page.getByText('Number 01 is the chosen headshot.')).toBeVisible();
}

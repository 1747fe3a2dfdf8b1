// No test: takes pictures of every screen, of the demo organization, to look at the design.
// SCREENS_DIR=/some/folder ./x test e2e; the normal run leaves this file out.
import { mkdirSync } from 'node:fs';
import { join as path } from 'node:path';

import { address, expect, hydrated, open, test, unique, type Page } from '../fixtures.ts';
import { operator } from '../support/headcount.ts';
import { linkIn, mailTo } from '../support/mailbox.ts';
import { addPhotos, join, memberId, orgId, post, signIn, signUp } from '../support/people.ts';
import { ENOUGH, photo } from '../support/photos.ts';

const DIR = process.env.SCREENS_DIR ?? 'screens';
const LEAD = 'ingrid.solheim@northwind.example';

test.setTimeout(1_200_000);

test('pictures of every screen', async ({ page, visitor }) => {
  mkdirSync(DIR, { recursive: true });
  await operator('demo');
  await signIn(page.context().request, LEAD);

  // ---- the lead
  for (const name of ['dashboard', 'members', 'headshots', 'credits', 'settings']) {
    await open(page, `/${name}`);
    await shots(page, name);
  }
  await open(page, '/help/inviting');
  await shots(page, 'help');
  await open(page, '/account');
  await shots(page, 'account');

  await open(page, '/members');
  await page.getByRole('button', { name: 'Remove Amara Okafor' }).click();
  await shots(page, 'members-remove', 'dialog');
  await page.getByRole('button', { name: 'Keep them' }).click();
  await page.getByRole('button', { name: /^Revoke the invite for/ }).first().click();
  await shots(page, 'members-revoke');
  await open(page, '/settings');
  await page.getByRole('button', { name: 'Delete Sales' }).click();
  await shots(page, 'settings-delete-team');
  await page.getByRole('button', { name: 'Keep it' }).click();
  await page.getByRole('button', { name: 'Rename Sales' }).click();
  await shots(page, 'settings-rename-team');

  await open(page, '/dashboard');
  await page.getByRole('link', { name: 'Add member' }).click();
  await expect(page.getByRole('dialog').getByLabel('Email addresses')).toBeFocused();
  await shots(page, 'add-invite', 'dialog');
  await page.getByLabel('Email addresses').fill(
    'ada@northwind.example, Grace Hopper <grace@northwind.example>, ada@northwind.example, broken@northwind, amara.okafor@northwind.example, oskar.lind@northwind.example ',
  );
  await page.keyboard.press('Enter');
  await expect(page.getByText('already a member')).toBeVisible();
  await shots(page, 'add-invite-chips', 'dialog');
  await page.keyboard.press('Escape');
  await shots(page, 'add-unsent', 'dialog');
  await page.getByRole('button', { name: 'Keep editing' }).click();
  await page.getByRole('tab', { name: 'Open invite' }).click();
  await expect(page.getByRole('button', { name: /^Revoke link/ }).first()).toBeVisible();
  await shots(page, 'add-link', 'dialog');
  await page.getByLabel('Domain restriction').fill('northwind.example');
  await page.getByLabel('Usage limit').fill('many');
  await page.getByRole('button', { name: 'Create invite link' }).click();
  await shots(page, 'add-link-error', 'dialog');
  await page.getByLabel('Usage limit').fill('20');
  await page.getByRole('button', { name: 'Create invite link' }).click();
  await expect(page.getByText('Your link is ready.')).toBeVisible();
  await shots(page, 'add-link-new', 'dialog');
  const openLink = await page.locator('#new-link').innerText();
  await page.getByRole('tab', { name: 'Add on their behalf' }).click();
  await shots(page, 'add-managed', 'dialog');

  // ---- shoots, as a lead sees them
  await open(page, '/members');
  for (const [name, person] of [
    ['upload-lead', 'Björn Halvorsen'],
    ['shoot-failed', 'Grace Lindqvist'],
    ['results-lead', 'Amara Okafor'],
  ] as const) {
    await page.getByRole('link', { name: person }).click();
    await page.waitForURL(/\/shoot$/);
    await hydrated(page);
    await shots(page, name);
    await open(page, '/members');
  }
  const managed = page.getByRole('row').filter({ hasText: 'Managed' }).first().getByRole('link');
  await managed.click();
  await page.waitForURL(/\/shoot$/);
  await hydrated(page);
  await shots(page, 'results-managed');
  const privateLink = (await page.locator('code').allTextContents())[0];

  // ---- guests
  const guest = await visitor();
  for (const name of ['sign-in', 'sign-up']) {
    await open(guest, `/${name}`);
    await shots(guest, name);
  }
  await guest.getByRole('textbox', { name: 'Email' }).fill('ada@northwind');
  await guest.getByRole('button', { name: 'Send me a code' }).click();
  await expect(guest.getByRole('alert')).toBeVisible();
  await shots(guest, 'sign-up-error');
  await guest.getByRole('textbox', { name: 'Email' }).fill(address('ada'));
  await guest.getByRole('button', { name: 'Send me a code' }).click();
  await guest.waitForURL('/sign-in/code');
  await hydrated(guest);
  await shots(guest, 'sign-in-code');
  await open(guest, '/nothing-here');
  await shots(guest, 'not-found');
  await open(guest, '/j/unknown');
  await shots(guest, 'join-unknown');
  await open(guest, openLink);
  await shots(guest, 'join-open');
  await guest.getByLabel('Your name').fill('Eve');
  await guest.getByLabel('Work email').fill('eve@elsewhere.example');
  await guest.getByRole('button', { name: 'Send me a code' }).click();
  await shots(guest, 'join-open-wrong-domain');
  if (privateLink) {
    await open(guest, privateLink);
    await shots(guest, 'results-private');
  }

  // ---- an invitee, from the mail to the headshots
  const invited = address('tom.berg');
  const lead = page.context().request;
  await post(lead, '/api/invites/send', { org: await orgId(lead), addresses: invited, team: '', note: '' });
  const mail = await mailTo(invited);
  const link = linkIn(mail, '/i/');
  const invitee = await visitor();
  await showMail(await visitor(), mail.html, 'mail-invite');
  await open(invitee, link);
  await shots(invitee, 'join-personal');
  const member = invitee.context().request;
  await join(member, link, 'Tom Berg');
  await open(invitee, '/me');
  await shots(invitee, 'upload-empty');
  await invitee.getByLabel('Add photos').setInputFiles([photo('good-01.jpg'), photo('too-small.jpg'), photo('not-an-image.jpg')]);
  await expect(invitee.getByRole('button', { name: 'Remove photo 1' })).toBeVisible();
  await expect(invitee.getByRole('alert').filter({ hasText: /./ })).toHaveCount(2);
  await shots(invitee, 'upload-refused');
  await addPhotos(member, await memberId(member), ENOUGH.slice(1));
  await open(invitee, '/me');
  await shots(invitee, 'upload-enough');
  await invitee.getByRole('button', { name: 'Submit 8 photos' }).click();
  await expect(invitee.getByRole('heading', { name: 'are being made' })).toBeVisible();
  await shots(invitee, 'running');
  await expect(invitee.getByRole('heading', { name: 'Here you are, Tom' })).toBeVisible({ timeout: 120_000 });
  await hydrated(invitee);
  await shots(invitee, 'results-member');
  const ready = await mailTo(invited, { subject: 'ready' });
  await showMail(await visitor(), ready.html, 'mail-ready');
  await open(guest, link);
  await shots(guest, 'join-used');

  const revoked = address('una');
  await post(lead, '/api/invites/send', { org: await orgId(lead), addresses: revoked, team: '', note: '' });
  const dead = linkIn(await mailTo(revoked), '/i/');
  await open(page, '/members');
  await page.getByRole('button', { name: `Revoke the invite for ${revoked}` }).click();
  await page.getByRole('button', { name: 'Revoke invite' }).click();
  await expect(page.getByText('Its link is dead.')).toBeVisible();
  await shots(page, 'members-toast');
  await open(guest, dead);
  await shots(guest, 'join-revoked');

  // ---- the first day: nobody there, no credits
  const fresh = await visitor();
  await signUp(fresh.context().request, { address: address('kai'), name: 'Kai Strand', org: `Fjord ${unique()}` });
  for (const name of ['dashboard', 'members', 'headshots', 'settings']) {
    await open(fresh, `/${name}`);
    await shots(fresh, `first-${name}`);
  }
  await open(fresh, '/credits?from=add');
  await shots(fresh, 'credits-zero');
  const founder = fresh.context().request;
  await addPhotos(founder, await memberId(founder), ENOUGH);
  await open(fresh, '/me');
  await fresh.getByRole('button', { name: 'Submit 8 photos' }).click();
  await expect(fresh.getByRole('alert').filter({ hasText: 'out of credits' })).toBeVisible();
  await shots(fresh, 'upload-out-of-credits');
});

async function showMail(page: Page, html: string, name: string): Promise<void> {
  await page.setContent(html);
  await shots(page, name);
}

/** Four pictures: wide and narrow, light and dark. A page is shown whole, a dialog as it opens. */
async function shots(page: Page, name: string, kind: 'page' | 'dialog' = 'page'): Promise<void> {
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: width === 1440 ? 900 : 844 });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const file = path(DIR, `${name}-${width}-${colorScheme}.png`);
      await page.screenshot({ path: file, fullPage: kind === 'page', animations: 'disabled' });
    }
  }
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.emulateMedia({ colorScheme: 'light' });
}

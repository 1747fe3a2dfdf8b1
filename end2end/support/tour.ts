// A walk past every screen and state, for whoever has to look at all of them: the accessibility
// tests do, and the pictures of the design.
import { address, expect, hydrated, open, unique, type Page } from '../fixtures.ts';
import { OPERATOR, grant, operator } from './headcount.ts';
import { codeFor, linkIn, mailTo, type Mail } from './mailbox.ts';
import { samplePath } from './paste.ts';
import { addPhotos, createLink, invite, join, memberId, shoot, signIn, signUp } from './people.ts';
import { ENOUGH, photo } from './photos.ts';

/** Looks at what the page shows now; of a dialog, what fits into the window. */
export type Look = (page: Page, name: string, kind?: 'page' | 'dialog') => Promise<void>;

/** Opens a browser of somebody else: the fixture. */
type Visitor = () => Promise<Page>;

/** What is behind the door: signing in, joining, and each way in which a link fails. L7 */
export async function outside(visitor: Visitor, look: Look, showMail: (mail: Mail, name: string) => Promise<void>): Promise<void> {
  const guest = await visitor();
  await open(guest, '/sign-in');
  await look(guest, 'sign-in');
  await open(guest, '/sign-up');
  await look(guest, 'sign-up');
  await guest.getByLabel('Email').fill('ada@northwind');
  await guest.getByRole('button', { name: 'Send me a code' }).click();
  await expect(guest.getByRole('alert')).toBeVisible();
  await hydrated(guest);
  await look(guest, 'sign-up-error');
  const own = address('guest');
  await guest.getByLabel('Email').fill(own);
  await guest.getByRole('button', { name: 'Send me a code' }).click();
  await guest.waitForURL('/sign-in/code');
  await hydrated(guest);
  await look(guest, 'code');
  await guest.getByLabel('Code').fill('000000');
  await expect(guest.getByRole('alert')).toBeVisible();
  await hydrated(guest);
  await look(guest, 'code-wrong');
  await guest.getByLabel('Code').fill(await codeFor(own));
  await guest.waitForURL('/welcome');
  await hydrated(guest);
  await look(guest, 'welcome');

  const stranger = await visitor();
  await open(stranger, '/nothing-here');
  await look(stranger, 'not-found');
  await open(stranger, '/j/unknown');
  await look(stranger, 'join-unknown');
  await open(stranger, '/sign-in/recovery');
  await look(stranger, 'recovery');
  await open(stranger, '/sso/11111111-2222-3333-4444-555555555555/callback');
  await look(stranger, 'sso-stale');

  // ---- personal invites
  const { request: lead, page: leads } = await founded(await visitor(), 9);
  const [tom, una, dora] = [address('tom.berg'), address('una'), address('dora')];
  await invite(lead, tom, una, dora);
  const [mail, revoked] = [await mailTo(tom), linkIn(await mailTo(una), '/i/')];
  const link = linkIn(mail, '/i/');
  await showMail(mail, 'mail-invite');
  await open(stranger, link);
  await look(stranger, 'join-personal');
  await open(guest, link);
  await look(guest, 'join-personal-as-another');
  const toms = await visitor();
  await join(toms.context().request, link, 'Tom Berg');
  await open(stranger, link);
  await look(stranger, 'join-used');
  await open(toms, link);
  await look(toms, 'join-used-by-me');
  await open(leads, '/members');
  await leads.getByRole('button', { name: `Actions for ${una}` }).click();
  await leads.getByRole('menuitem', { name: 'Revoke invite' }).click();
  await leads.getByRole('dialog').getByRole('button', { name: 'Revoke invite' }).click();
  await expect(leads.getByText('The link no longer works.')).toBeVisible();
  await open(stranger, revoked);
  await look(stranger, 'join-revoked');
  const declining = linkIn(await mailTo(dora), '/i/');
  await open(stranger, declining);
  await stranger.getByRole('button', { name: 'Decline' }).click();
  await hydrated(stranger);
  await look(stranger, 'join-declined');
  await stranger.getByRole('button', { name: /^No more invites from/ }).click();
  await hydrated(stranger);
  await look(stranger, 'join-opted-out');

  // ---- open links
  const anybody = await createLink(lead, { domains: 'northwind.example', usage_limit: '1' });
  await open(stranger, anybody);
  await look(stranger, 'join-open');
  await stranger.getByLabel('Your name').fill('Eve');
  await stranger.getByLabel('Work email').fill('eve@elsewhere.example');
  await stranger.getByRole('button', { name: 'Send me a code' }).click();
  await expect(stranger.getByRole('alert').filter({ hasText: 'This link is for' })).toBeVisible();
  await look(stranger, 'join-open-error');
  const rival = await visitor();
  await signUp(rival.context().request, { address: address('rival', 'elsewhere.example'), name: 'Rival', org: `Rival ${unique()}` });
  await open(rival, anybody);
  await look(rival, 'join-open-signed-in');
  await rival.getByRole('button', { name: 'Join and start my shoot' }).click();
  await expect(rival.getByRole('heading', { name: 'This link is for @northwind.example' })).toBeVisible();
  await hydrated(rival);
  await look(rival, 'link-wrong-domain');
  await open(toms, anybody);
  await look(toms, 'link-already-member');

  const last = address('last');
  await stranger.getByLabel('Work email').fill(last);
  await stranger.getByRole('button', { name: 'Send me a code' }).click();
  await stranger.waitForURL(/\/code$/);
  await hydrated(stranger);
  await look(stranger, 'join-code');
  await stranger.getByLabel('Code').fill(await codeFor(last));
  await stranger.waitForURL('/me');
  const late = await visitor();
  await open(late, anybody);
  await look(late, 'link-full');
  await late.getByLabel('Work email').fill('eve@elsewhere.example');
  await late.getByRole('button', { name: 'Tell them I am waiting' }).click();
  await expect(late.getByRole('alert').filter({ hasText: 'This link is for' })).toBeVisible();
  await hydrated(late);
  await look(late, 'link-full-error');
  await late.getByLabel('Work email').fill(address('late'));
  await late.getByRole('button', { name: 'Tell them I am waiting' }).click();
  await expect(late.getByRole('heading', { name: 'You are on the list' })).toBeVisible();
  await hydrated(late);
  await look(late, 'link-waiting');
  const expiring = await createLink(lead, { expires_at: new Date(Date.now() + 3_000).toISOString() });
  await expect.poll(async () => (await late.context().request.get(expiring)).status()).toBe(410);
  await open(late, expiring);
  await look(late, 'link-expired');
  const off = await createLink(lead);
  await open(leads, '/members?add=link');
  await leads.getByRole('button', { name: /^Pause link/ }).first().click();
  await expect(leads.getByRole('status').filter({ hasText: 'The link is paused' })).toBeVisible();
  await open(late, off);
  await look(late, 'link-paused');
  await leads.getByRole('button', { name: /^1 waiting/ }).click();
  await leads.getByText('Waiting for a place').scrollIntoViewIfNeeded();
  await look(leads, 'add-link-waiting', 'dialog');
  await leads.getByRole('button', { name: /^Revoke link/ }).first().click();
  await leads.getByRole('button', { name: 'Revoke link', exact: true }).click();
  await expect(leads.getByRole('status').filter({ hasText: 'Link revoked.' })).toBeVisible();
  await open(late, off);
  await look(late, 'link-revoked');

  // Somebody who was removed, at a link from before.
  const before = await createLink(lead);
  await open(leads, '/members');
  await leads.getByRole('button', { name: 'Actions for Tom Berg' }).click();
  await leads.getByRole('menuitem', { name: 'Remove' }).click();
  await leads.getByRole('dialog').getByRole('button', { name: 'Remove member' }).click();
  await expect(leads.getByRole('status').filter({ hasText: 'Tom Berg is removed.' })).toBeVisible();
  await open(toms, before);
  await toms.getByRole('button', { name: 'Join and start my shoot' }).click();
  await expect(toms.getByRole('heading', { name: 'This link does not let you back in' })).toBeVisible();
  await hydrated(toms);
  await look(toms, 'link-removed');
}

/** The first day of a lead: nobody there, no credits. N6 */
export async function firstDay(visitor: Visitor, look: Look): Promise<void> {
  const { page, request, org } = await founded(await visitor(), 0);
  for (const name of ['dashboard', 'members', 'headshots', 'settings', 'credits', 'account', 'teams', 'history']) {
    await open(page, `/${name}`);
    await look(page, `first-${name}`);
  }
  await open(page, '/credits?from=add');
  await look(page, 'credits-from-add');
  await page.getByLabel('How many credits').fill('20');
  await page.getByLabel('Note').fill('For the Oslo office, purchase order 4711.');
  await page.getByRole('button', { name: 'Request credits' }).click();
  await expect(page.getByText('Waiting for an answer')).toBeVisible();
  await look(page, 'credits-requested');
  const host = await visitor();
  await open(host, linkIn(await mailTo(OPERATOR, { subject: org }), '/c/'));
  await look(host, 'credit-request');
  await host.getByRole('button', { name: 'Decline' }).click();
  await expect(host.getByRole('heading', { name: 'This request was declined' })).toBeVisible();
  await hydrated(host);
  await look(host, 'credit-request-declined');
  await open(page, '/help/inviting');
  await look(page, 'help');
  await page.getByRole('button', { name: 'No', exact: true }).click();
  await look(page, 'help-answered');
  await open(page, '/me');
  await look(page, 'upload-empty');
  await addPhotos(request, await memberId(request), ENOUGH);
  await open(page, '/me');
  await page.getByRole('button', { name: 'Submit 8 photos' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'out of credits' })).toBeVisible();
  await hydrated(page);
  await look(page, 'upload-out-of-credits');
  await grant(org, 1);
  await open(page, '/dashboard?add=link');
  await expect(page.getByText('No links yet')).toBeVisible();
  await look(page, 'add-link-empty', 'dialog');
}

/** The demo's lead: people in every stage, teams, links, trouble. P1, L2, D1, D2 */
export async function leading(page: Page, visitor: Visitor, look: Look): Promise<void> {
  await operator('demo');
  await signIn(page.context().request, 'ingrid.solheim@northwind.example');
  for (const name of ['dashboard', 'members', 'headshots', 'credits', 'settings', 'account']) {
    await open(page, `/${name}`);
    await look(page, name);
  }
  for (const [name, person] of [
    ['upload-as-lead', 'Björn Halvorsen'],
    ['shoot-failed', 'Grace Lindqvist'],
    ['results-as-lead', 'Amara Okafor'],
    ['results-managed-without-email', 'Katya Morozova'],
  ] as const) {
    await open(page, '/members');
    await page.getByRole('link', { name: person }).click();
    await page.getByRole('link', { name: 'Photos and headshots' }).click();
    await page.waitForURL(/\/shoot$/);
    await hydrated(page);
    await look(page, name);
  }
  for (const [name, person] of [
    ['member', 'Amara Okafor'],
    ['member-failed', 'Grace Lindqvist'],
    ['member-adding', 'Björn Halvorsen'],
    ['member-managed', 'Katya Morozova'],
  ] as const) {
    await open(page, '/members');
    await page.getByRole('link', { name: person }).click();
    await expect(page.getByRole('heading', { level: 1, name: person })).toBeVisible();
    await look(page, name);
  }
  await page.getByRole('button', { name: 'Actions for Katya Morozova' }).click();
  await look(page, 'member-menu');
  await page.getByRole('menuitem', { name: 'Correct name, email or title' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill(' ');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('dialog').getByLabel('Name')).toHaveAttribute('aria-invalid', 'true');
  await look(page, 'member-correct', 'dialog');
  await open(page, '/members?view=grid');
  await look(page, 'members-grid');
  await page.getByRole('checkbox', { name: 'Select everybody on this page' }).check();
  await look(page, 'members-grid-selected');
  await open(page, '/history');
  await look(page, 'history');
  await open(page, '/history?act=settings_changed&from=2026-01-01');
  await look(page, 'history-filtered');
  await open(page, '/members?stage=joined&stuck=yes');
  await look(page, 'members-stuck');

  await open(page, '/members');
  await page.getByRole('button', { name: 'Actions for Elif Demir' }).click();
  await look(page, 'members-menu');
  await page.keyboard.press('Escape');
  await page.getByRole('checkbox', { name: 'Select everybody on this page' }).check();
  await look(page, 'members-selected');
  await page.getByRole('button', { name: 'Remind', exact: true }).click();
  await expect(page.getByRole('dialog')).toContainText(/left out/);
  await look(page, 'members-remind', 'dialog');
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: 'Select none' }).click();
  await open(page, '/members?stage=needs_attention');
  await page.getByRole('button', { name: /^Fix marta/ }).click();
  const mending = page.getByLabel('Address', { exact: true });
  await mending.fill('marta@');
  await page.getByRole('button', { name: 'Save and send' }).click();
  await expect(mending).toHaveAttribute('aria-invalid', 'true');
  await look(page, 'members-mend', 'dialog');
  await page.getByRole('button', { name: 'Cancel' }).click();
  await open(page, '/members?q=nobody+at+all');
  await look(page, 'members-none-found');
  await open(page, '/members');
  await page.getByRole('button', { name: 'Actions for Amara Okafor' }).click();
  await page.getByRole('menuitem', { name: 'Remove' }).click();
  await expect(page.getByRole('dialog')).toContainText(/^.*Deleted: /s);
  await look(page, 'members-remove', 'dialog');

  await open(page, '/teams');
  await look(page, 'teams');
  await page.getByRole('button', { name: 'Delete Sales' }).click();
  await page.getByRole('button', { name: 'Rename People' }).click();
  await page.getByLabel('New team').fill('sales');
  await page.getByRole('button', { name: 'Add team' }).click();
  await expect(page.getByLabel('New team')).toHaveAttribute('aria-invalid', 'true');
  await look(page, 'teams-busy');
  await open(page, '/settings');
  await page.getByLabel('Add a domain').fill('gmail.com');
  await page.getByRole('button', { name: 'Add domain' }).click();
  await expect(page.getByLabel('Add a domain')).toHaveAttribute('aria-invalid', 'true');
  await page.getByLabel('Add a domain').fill('northwind.example');
  await page.getByRole('button', { name: 'Add domain' }).click();
  await expect(page.getByText('Waiting for DNS')).toBeVisible();
  await page.getByRole('button', { name: 'Remove northwind.example' }).click();
  await look(page, 'settings-domain');
  await open(page, '/settings');
  await page.getByRole('button', { name: 'Create token' }).click();
  await expect(page.getByText('It is shown only once')).toBeVisible();
  await look(page, 'settings-directory');

  // ---- the dialog
  await open(page, '/dashboard');
  await page.getByRole('link', { name: 'Add member' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add member' });
  await expect(dialog.getByLabel('Email addresses')).toBeFocused();
  await look(page, 'add-invite', 'dialog');
  await dialog.getByLabel('Email addresses').fill(
    'ada@northwind.example, Grace <grace@northwind.example>, ada@northwind.example, broken@northwind, amara.okafor@northwind.example, oskar.lind@northwind.example',
  );
  await page.keyboard.press('Enter');
  await expect(dialog.locator('.chip').filter({ hasText: 'already a member' })).toBeVisible();
  await look(page, 'add-invite-chips', 'dialog');
  await dialog.getByRole('button', { name: 'Remove all of these' }).click();
  await dialog.getByLabel('Choose a CSV file').setInputFiles(samplePath('quoted.csv'));
  await expect(dialog.getByText('isn’t a team yet')).toBeVisible();
  await look(page, 'add-invite-csv', 'dialog');
  await page.keyboard.press('Escape');
  await expect(dialog.getByRole('alertdialog')).toBeVisible();
  await look(page, 'add-unsent', 'dialog');
  await dialog.getByRole('button', { name: 'Keep editing' }).click();

  await dialog.getByRole('tab', { name: 'Open invite' }).click();
  await expect(dialog.getByRole('button', { name: /^Copy link/ }).first()).toBeVisible();
  await look(page, 'add-link', 'dialog');
  await dialog.getByLabel('Domain restriction').fill('northwind.example');
  await dialog.getByLabel('Usage limit').fill('many');
  await dialog.getByRole('button', { name: 'Create invite link' }).click();
  await expect(dialog.getByLabel('Usage limit')).toHaveAttribute('aria-invalid', 'true');
  await look(page, 'add-link-error', 'dialog');
  await dialog.getByLabel('Usage limit').fill('20');
  await dialog.getByRole('button', { name: 'Create invite link' }).click();
  await expect(dialog.getByText('Your link is ready.')).toBeVisible();
  await look(page, 'add-link-new', 'dialog');
  await dialog.getByRole('button', { name: /^QR code/ }).first().click();
  await dialog.locator('.link-row .qr').scrollIntoViewIfNeeded();
  await look(page, 'add-link-qr', 'dialog');
  await dialog.getByRole('button', { name: /^Edit link/ }).first().click();
  await dialog.getByRole('button', { name: 'Save changes' }).scrollIntoViewIfNeeded();
  await look(page, 'add-link-edit', 'dialog');
  await dialog.getByRole('button', { name: 'Cancel', exact: true }).filter({ visible: true }).click();
  await dialog.getByRole('button', { name: /^Revoke link/ }).first().click();
  await expect(dialog.getByRole('alertdialog')).toBeVisible();
  await dialog.getByRole('alertdialog').scrollIntoViewIfNeeded();
  await look(page, 'add-link-revoke', 'dialog');

  await dialog.getByRole('tab', { name: 'Add on their behalf' }).click();
  await look(page, 'add-managed', 'dialog');
  await dialog.getByRole('button', { name: 'Add member' }).click();
  await expect(dialog.getByLabel('Name')).toHaveAttribute('aria-invalid', 'true');
  await look(page, 'add-managed-error', 'dialog');
  for (const [name, taken] of [
    ['add-managed-member', 'amara.okafor@northwind.example'],
    ['add-managed-invited', 'oskar.lind@northwind.example'],
  ] as const) {
    await dialog.getByRole('tabpanel', { name: 'Add on their behalf' }).getByLabel('Name').fill('Somebody');
    await dialog.getByRole('tabpanel', { name: 'Add on their behalf' }).getByLabel('Email').fill(taken);
    await dialog.getByRole('button', { name: 'Add member' }).click();
    await expect(dialog.getByRole('tabpanel').getByRole('alert').filter({ hasText: 'This address' })).toBeVisible();
    await look(page, name, 'dialog');
  }
  await page.keyboard.press('Escape');
  await dialog.getByRole('button', { name: 'Discard and close' }).click();

  // ---- handed over: offered, and taken on the account page
  await open(page, '/members');
  await page.getByRole('button', { name: 'Actions for Amara Okafor' }).click();
  await page.getByRole('menuitem', { name: 'Hand over ownership' }).click();
  await look(page, 'members-hand-over', 'dialog');
  await page.getByRole('dialog').getByRole('button', { name: 'Offer ownership' }).click();
  await expect(page.getByText('Amara Okafor was asked to take over.')).toBeVisible();
  const heir = await visitor();
  await signIn(heir.context().request, 'amara.okafor@northwind.example');
  await open(heir, '/account');
  await look(heir, 'account-ownership');
  await page.getByRole('button', { name: 'Actions for Amara Okafor' }).click();
  await page.getByRole('menuitem', { name: 'Take back the offer' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Take back the offer' }).click();
  await expect(page.getByText('The offer is taken back.')).toBeVisible();
}

/** From photos to headshots: of an invitee, and of somebody managed with a private link. H1 to H4, M3 */
export async function shooting(visitor: Visitor, look: Look, showMail: (mail: Mail, name: string) => Promise<void>): Promise<void> {
  const { page, request } = await founded(await visitor(), 9);
  await open(page, '/me');
  await page.getByLabel('Add photos').setInputFiles(['good-01.jpg', 'too-small.jpg', 'not-an-image.jpg'].map(photo));
  await expect(page.getByRole('alert').filter({ hasText: /\S/ })).toHaveCount(2);
  await expect(page.getByRole('button', { name: 'Remove photo 1' })).toBeVisible();
  await look(page, 'upload-refused');
  const own = await memberId(request);
  await addPhotos(request, own, ENOUGH.slice(1));
  await open(page, '/me');
  await look(page, 'upload-enough');
  await page.route('**/remove', (route) => route.fulfill({ body: 'Welcome to our network' }));
  await page.getByRole('button', { name: 'Remove photo 1' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'Not removed.' })).toBeVisible();
  await look(page, 'upload-not-removed');
  await page.unroute('**/remove');
  await addPhotos(request, own, [photo('good-09.png')]);
  await page.getByRole('button', { name: 'Submit 8 photos' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'have changed' })).toBeVisible();
  await look(page, 'upload-changed');

  await open(page, '/members?add=managed');
  const panel = page.getByRole('tabpanel', { name: 'Add on their behalf' });
  const nora = address('nora');
  await panel.getByLabel('Name').fill('Nora Vik');
  await panel.getByLabel('Email').fill(nora);
  await panel.getByRole('button', { name: 'Add member' }).click();
  await page.waitForURL(/\/shoot$/);
  await shoot(request, page.url().split('/').at(-2)!, ENOUGH);
  const ready = page.getByRole('heading', { name: 'Nora’s headshots', exact: true });
  // A page that follows the shoot would change under the look; on a fast machine it is over already.
  await page.route('**/progress', (route) => route.fulfill({ json: 'generating' }));
  await open(page, page.url());
  if (!(await ready.isVisible())) await look(page, 'running');
  await page.unroute('**/progress');
  await open(page, page.url());
  await expect(ready).toBeVisible({ timeout: 120_000 });
  await hydrated(page);
  await look(page, 'results-managed');
  const mail = await mailTo(nora, { subject: 'ready' });
  await showMail(mail, 'mail-ready');
  const noras = await visitor();
  await open(noras, linkIn(mail, '/r/'));
  await look(noras, 'results-private');
  await noras.getByRole('button', { name: 'Choose headshot 01 as favorite' }).click();
  await expect(noras.getByText('Number 01 is the chosen headshot.')).toBeVisible();
  await hydrated(noras);
  await look(noras, 'results-chosen');
  await noras.getByRole('list').getByRole('link', { name: 'Enlarge headshot 03' }).click();
  await expect(noras.getByRole('dialog').getByRole('img')).toHaveJSProperty('complete', true);
  await look(noras, 'results-viewer', 'dialog');
  await noras.getByRole('button', { name: 'Compare' }).click();
  await noras.getByRole('button', { name: 'Next' }).click();
  await expect(noras.getByRole('dialog').getByRole('img')).toHaveCount(2);
  await look(noras, 'results-compare', 'dialog');
  await noras.keyboard.press('Escape');
  await open(page, '/headshots?choice=chosen');
  await look(page, 'headshots-filtered');
  await open(page, '/headshots?q=nobody');
  await look(page, 'headshots-none-found');
  await page.goBack();
  await page.goBack();
  await hydrated(page);
  await page.getByText('Renew link').first().click();
  await page.getByRole('button', { name: 'Renew link' }).click();
  await hydrated(page);
  await open(noras, linkIn(mail, '/r/'));
  await look(noras, 'results-link-renewed');
  await page.getByText('Revoke link').first().click();
  await look(page, 'results-revoke');
  await page.getByRole('button', { name: 'Revoke link' }).click();
  await expect(page.getByText('The link is revoked')).toBeVisible();
  await hydrated(page);
  await look(page, 'results-link-off');
  await open(noras, linkIn(mail, '/r/'));
  await look(noras, 'results-link-revoked');
  await page.getByText('Another shoot').click();
  await look(page, 'results-another-shoot');
}

async function founded(page: Page, credits: number) {
  const who = { address: address('kai'), name: 'Kai Strand', org: `Fjord ${unique()}` };
  const { request } = page.context();
  await signUp(request, who);
  if (credits > 0) await grant(who.org, credits);
  return { page, request, ...who };
}

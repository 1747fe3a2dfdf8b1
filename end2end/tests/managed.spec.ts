// Members whom a lead adds on their behalf. M1 to M5, D3, H4, H6
import { readFile } from 'node:fs/promises';

import { address, axe, expect, hydrated, open, test, type Lead, type Page } from '../fixtures.ts';
import { codeFor, linkIn, mailsTo, mailTo } from '../support/mailbox.ts';
import { createLink, join, memberId, shoot } from '../support/people.ts';
import { ENOUGH } from '../support/photos.ts';

test('M1 M2 M3 with an email: upload at once, then a private link that can be renewed and revoked', async ({
  richLead: lead,
  visitor,
}) => {
  const { page } = lead;
  const nora = address('nora');

  // ---- added, and straight on to the photos
  await open(page, '/members?add=managed');
  const form = page.getByRole('tabpanel', { name: 'Add on their behalf' });
  const add = form.getByRole('button', { name: 'Add member' });
  await add.click();
  await expect(form.getByLabel('Name')).toHaveAttribute('aria-invalid', 'true');
  await form.getByLabel('Name').fill('Nora Vik');
  await form.getByLabel('Email').fill('nora@northwind');
  await add.click();
  await expect(form.getByRole('alert').filter({ hasText: 'cut short' })).toBeVisible();
  await axe(page);
  await form.getByLabel('Email').fill(nora);
  await form.getByLabel('Job title').fill('Pilot');
  await add.click();
  await page.waitForURL(/\/members\/[0-9a-f-]+\/shoot$/);
  await hydrated(page);
  await expect(page.getByRole('heading', { name: 'Photos of Nora' })).toBeVisible();

  await page.getByLabel('Add photos').setInputFiles(ENOUGH);
  await expect(page.getByRole('button', { name: /^Remove photo/ })).toHaveCount(8);
  await page.getByRole('button', { name: 'Submit 8 photos' }).click();
  await expect(page.getByRole('heading', { name: 'Nora’s headshots are being made' })).toBeVisible();
  await expect(page.getByText(`We email ${nora} when they are ready.`)).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Nora’s headshots', exact: true })).toBeVisible({ timeout: 120_000 });

  // ---- the mail's private link needs no account
  const mail = await mailTo(nora, { subject: 'Your headshots are ready' });
  expect(mail.html).toContain('Ingrid Solheim');
  const link = linkIn(mail, '/r/');
  const noras = await visitor();
  await open(noras, link);
  await expect(noras.getByRole('heading', { name: 'Here you are, Nora' })).toBeVisible();
  await axe(noras);
  await noras.getByRole('button', { name: 'Choose headshot 01 as favorite' }).click();
  await expect(noras.getByText('Number 01 is the chosen headshot.')).toBeVisible();
  const begun = noras.waitForEvent('download');
  await noras.getByRole('link', { name: 'Download all' }).click();
  expect((await readFile(await (await begun).path())).subarray(0, 2).toString()).toBe('PK');
  const picture = await noras.getByRole('img', { name: /your favorite/ }).getAttribute('src');
  expect((await noras.context().request.get(picture!)).status()).toBe(200);
  expect(await noras.context().cookies()).toEqual([]);

  // ---- renewed: the old one is dead, pictures and all
  await open(page, page.url());
  const own = page.getByRole('region', { name: 'Private link' });
  await expect(own.locator('code')).toHaveText(link);
  await own.getByText('Renew link').first().click();
  await expect(own.getByText('The one above stops working at once.')).toBeVisible();
  await own.getByRole('button', { name: 'Renew link' }).click();
  await expect(own.locator('code')).not.toHaveText(link);
  const renewed = await own.locator('code').innerText();
  await expectDead(noras, link, picture!);
  await open(noras, renewed);
  await expect(noras.getByRole('heading', { name: 'Here you are, Nora' })).toBeVisible();

  // ---- revoked, and made anew
  await hydrated(page);
  await own.getByText('Revoke link').first().click();
  await expect(own.getByText('Nothing is deleted.')).toBeVisible();
  await own.getByRole('button', { name: 'Revoke link' }).click();
  await expect(own.getByText('The link is revoked: Nora cannot see the headshots.')).toBeVisible();
  await expectDead(noras, renewed, picture!.replace(new URL(link).pathname, new URL(renewed).pathname));
  await hydrated(page);
  await own.getByRole('button', { name: 'Make a new link' }).click();
  await expect(own.locator('code')).toContainText('/r/');
  const third = await own.locator('code').innerText();
  expect([link, renewed]).not.toContain(third);
  await expectDead(noras, renewed, picture!);
  await open(noras, third);
  await expect(noras.getByRole('heading', { name: 'Here you are, Nora' })).toBeVisible();
});

test('M3 without an email: nobody is mailed, leads see the results, there is no link', async ({ richLead: lead }) => {
  const { page } = lead;
  const member = await addManaged(lead, 'Otto Lund');
  await expect(page.getByRole('heading', { name: 'Photos of Otto' })).toBeVisible();
  await shoot(page.context().request, member, ENOUGH);
  await open(page, page.url());
  await expect(page.getByRole('heading', { name: 'Otto’s headshots', exact: true })).toBeVisible({ timeout: 120_000 });
  await expect(page.getByText('Only Team Leads see them.')).toBeVisible();
  await expect(page.getByRole('region', { name: 'Private link' })).toHaveCount(0);
  await open(page, '/headshots');
  await expect(page.getByRole('img', { name: 'Headshot of Otto Lund' })).toBeVisible();
  await open(page, '/members');
  await expect(page.getByRole('row', { name: /Otto Lund/ })).toContainText('No email: only leads see the results');
  await expect(page.getByRole('row', { name: /Otto Lund/ })).toContainText('Ready');
  // All that came to the lead is the code of the sign-up.
  expect((await mailsTo(lead.address)).map((mail) => mail.subject)).toEqual([expect.stringContaining('code')]);
});

test('M4 M5 an address is one person: refused as a second one, the same one when it joins', async ({
  richLead: lead,
  visitor,
}) => {
  const { page } = lead;
  const [pia, quin] = [address('pia'), address('quin')];
  await addManaged(lead, 'Pia Holm', pia);
  await lead.invite(quin);

  await open(page, '/members?add=managed');
  const form = page.getByRole('tabpanel', { name: 'Add on their behalf' });
  await form.getByLabel('Name').fill('Somebody');
  for (const [taken, words] of [[pia, 'Pia Holm'], [quin, 'invite']] as const) {
    await form.getByLabel('Email').fill(taken.toUpperCase());
    await form.getByRole('button', { name: 'Add member' }).click();
    await expect(form.getByRole('alert').filter({ hasText: words })).toBeVisible();
    await axe(page);
    if (taken === pia) {
      const known = page.waitForEvent('popup');
      await form.getByRole('link', { name: 'See this member' }).click();
      await expect((await known).getByRole('heading', { level: 1, name: 'Pia Holm' })).toBeVisible();
    }
  }

  // ---- the invite becomes the member, whom its link lets the person claim
  await form.getByLabel('Name').fill('Quin Bo');
  await form.getByRole('checkbox', { name: /^Turn that invite into this member/ }).check();
  await form.getByRole('button', { name: 'Add member' }).click();
  await page.waitForURL(/\/shoot$/);
  const member = page.url().split('/').at(-2)!;
  await open(page, '/members');
  await expect(page.getByRole('row', { name: /Quin Bo/ })).toHaveCount(1);
  await expect(page.getByRole('row').filter({ hasText: quin })).toHaveCount(1);
  const quins = await visitor();
  await join(quins.context().request, linkIn(await mailTo(quin), '/i/'), 'Quin');
  expect(await memberId(quins.context().request)).toBe(member);

  // A managed member may be invited no second time; through an open link they become themselves.
  const link = await createLink(page.context().request);
  const pias = await visitor();
  await open(pias, link);
  await pias.getByLabel('Your name').fill('Pia');
  await pias.getByLabel('Work email').fill(pia);
  await pias.getByRole('button', { name: 'Send me a code' }).click();
  await pias.waitForURL(/\/code$/);
  await hydrated(pias);
  // Six digits are sent by themselves.
  await pias.getByRole('textbox', { name: 'Code' }).fill(await codeFor(pia));
  await pias.waitForURL('/me');
  await open(page, '/members');
  await expect(page.getByRole('row', { name: /Pia/ })).toHaveCount(1);
  await expect(page.getByRole('row', { name: /Pia Holm/ })).toBeVisible();
});

test('M4 M5 P4 an address that is given later lets that person in as the member they are', async ({
  richLead: lead,
  visitor,
}) => {
  const { page } = lead;
  const [ola, quin] = [address('ola'), address('quin')];
  const member = await addManaged(lead, 'Ola Ek');
  await lead.invite(quin);
  await open(page, `/members/${member}`);
  await page.getByRole('button', { name: 'Actions for Ola Ek' }).click();
  await page.getByRole('menuitem', { name: 'Correct name, email or title' }).click();
  const dialog = page.getByRole('dialog', { name: 'Name, email and title of Ola Ek' });
  const [email, save] = [dialog.getByLabel('Email'), dialog.getByRole('button', { name: 'Save' })];
  for (const [typed, words] of [
    ['ola@northwind', 'cut short'],
    [quin, 'invite that is still open'],
    ['ingrid', '@'],
  ] as const) {
    await email.fill(typed);
    await save.click();
    await expect(dialog.getByRole('alert').filter({ hasText: words })).toBeVisible();
    await expect(email).toHaveAttribute('aria-invalid', 'true');
    await axe(page);
  }
  await email.fill(ola);
  await save.click();
  await expect(page.getByText('Ola Ek is saved.')).toBeVisible();
  await expect(page.getByRole('region', { name: 'About Ola Ek' })).toContainText(ola);
  await expect(
    page.getByRole('region', { name: 'History' }).getByRole('cell', { name: 'Changed the email address of Ola Ek' }),
  ).toBeVisible();

  const olas = await visitor();
  await open(olas, await createLink(page.context().request));
  await olas.getByLabel('Your name').fill('Ola');
  await olas.getByLabel('Work email').fill(ola);
  await olas.getByRole('button', { name: 'Send me a code' }).click();
  await olas.waitForURL(/\/code$/);
  await hydrated(olas);
  await olas.getByRole('textbox', { name: 'Code' }).fill(await codeFor(ola));
  await olas.waitForURL('/me');
  expect(await memberId(olas.context().request)).toBe(member);
  // It is theirs from now on.
  await open(page, `/members/${member}`);
  await page.getByRole('button', { name: 'Actions for Ola Ek' }).click();
  await expect(page.getByRole('menuitem', { name: 'Correct name or title' })).toBeVisible();
});

/** Adds a managed member through the dialog; ends on their page. */
async function addManaged(lead: Lead, name: string, email = ''): Promise<string> {
  const { page } = lead;
  await open(page, '/dashboard?add=managed');
  const form = page.getByRole('tabpanel', { name: 'Add on their behalf' });
  await form.getByLabel('Name').fill(name);
  await form.getByLabel('Email').fill(email);
  await form.getByRole('button', { name: 'Add member' }).click();
  await page.waitForURL(/\/members\/[0-9a-f-]+\/shoot$/);
  return page.url().split('/').at(-2)!;
}

/** The page that was opened by the link says so by itself, and nothing of the link works any more. */
async function expectDead(page: Page, link: string, picture: string): Promise<void> {
  await expect(page.getByRole('heading', { name: /^(There is a newer link|This link was revoked)$/ })).toBeVisible();
  for (const path of [link, picture]) expect((await page.context().request.get(path)).status()).toBe(410);
}

// From a pasted list to a downloaded headshot. I1 to I9, I11, J1, J3, C2, H1, H2, H4, H6
import { readFile } from 'node:fs/promises';

import { address, axe, expect, hydrated, open, test, unique, type Page } from '../fixtures.ts';
import { paste } from '../support/paste.ts';
import { linkIn, mailsTo, mailTo } from '../support/mailbox.ts';
import { grant } from '../support/headcount.ts';
import { signUp } from '../support/people.ts';
import { ENOUGH } from '../support/photos.ts';

test('I1 I3 I5 I6 C2 H4 H6 a pasted list becomes invites, and one of them a chosen headshot', async ({
  richLead: lead,
  visitor,
}) => {
  const { page } = lead;
  const [ada, grace, alan] = [address('ada.lovelace'), address('grace'), address('alan')];

  // ---- the lead pastes what people paste
  await open(page, '/dashboard');
  await page.getByRole('link', { name: 'Add member' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add member' });
  const field = dialog.getByLabel('Email addresses');
  await paste(
    page,
    `Ada Lovelace <${ada}>; ${grace}\n${ada.toUpperCase()}, ${lead.address}\nalan@northwind`,
  );
  const chip = (text: string) => dialog.locator('.chip').filter({ hasText: text });
  await expect(dialog.locator('.chip')).toHaveCount(5);
  await expect(chip('listed twice')).toHaveCount(1);
  await expect(chip('already a member')).toContainText(lead.address);
  await expect(chip('needs fixing')).toContainText('alan@northwind');
  // One announcement for the whole paste, the server's knowledge included.
  await expect(dialog.getByText('2 added, 3 need attention.')).toBeAttached();
  await expect(dialog.getByText('alan@northwind: The address is cut short')).toContainText('Did you mean northwind.example?');
  await expect(dialog.getByRole('button', { name: 'Invite 2 members', exact: true })).toBeVisible();
  await axe(page);

  // The invalid one is mended in place.
  await dialog.getByRole('button', { name: 'Fix alan@northwind' }).click();
  const mending = dialog.getByLabel('Address', { exact: true });
  await expect(mending).toBeFocused();
  await expect(mending).toHaveValue('alan@northwind');
  await mending.fill(alan);
  await page.keyboard.press('Enter');
  await expect(chip('needs fixing')).toHaveCount(0);
  await expect(field).toBeFocused();
  await dialog.getByLabel('Note to them').fill('Wear something plain.');
  await dialog.getByRole('button', { name: 'Invite 3 members', exact: true }).click();

  // What the button said is what happens; who was left out stays, with the reason.
  await expect(page.getByText('3 invites are being sent.')).toBeVisible();
  await expect(dialog.locator('.chip')).toHaveCount(1);
  await expect(chip(lead.address)).toContainText('already a member');
  await chip(lead.address).getByRole('button', { name: `Remove ${lead.address}` }).click();
  await dialog.getByLabel('Note to them').fill('');
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();

  // ---- three real mails
  const mail = await mailTo(ada);
  await Promise.all([mailTo(grace), mailTo(alan)]);
  expect(await mailsTo(lead.address)).toHaveLength(1);
  expect(mail.subject).toBe(`Ingrid Solheim invites you to your headshot at ${lead.org}`);
  expect(mail.parts).toEqual(expect.arrayContaining(['multipart/alternative', 'text/plain', 'text/html']));
  for (const body of [mail.text, mail.html]) {
    expect(body).toContain('Wear something plain.');
    expect(body).toContain(linkIn(mail, '/i/'));
    expect(body).toContain('Ingrid Solheim');
  }
  const link = linkIn(mail, '/i/');
  // 128 bits of the token take 22 characters.
  expect(new URL(link).pathname.length).toBeGreaterThan('/i/'.length + 22);

  // ---- opening the link changes nothing
  await open(page, '/members');
  await expect(page.getByRole('row').filter({ hasText: 'Sent' })).toHaveCount(3);
  const invitee = await visitor();
  for (const _ of [1, 2]) {
    await open(invitee, link);
    await expect(invitee.getByRole('heading', { name: 'Your new headshot, in ten minutes' })).toBeVisible();
  }
  await open(page, '/members');
  await expect(page.getByText('1 member, 3 invites pending.')).toBeVisible();

  // ---- the invitee joins; the page says who invites and for which address
  await expect(invitee.getByText(lead.org)).toBeVisible();
  await expect(invitee.getByText('Ingrid has set up a shoot for you.')).toBeVisible();
  await expect(invitee.getByRole('textbox', { name: 'Email' })).toHaveValue(ada);
  await expect(invitee.getByRole('textbox', { name: 'Your name' })).toHaveValue('Ada Lovelace');
  await axe(invitee);
  await invitee.getByRole('button', { name: 'Join and start my shoot' }).click();
  await invitee.waitForURL('/me');
  await hydrated(invitee);
  await expect(invitee.getByRole('heading', { name: 'Your photos, Ada' })).toBeVisible();

  await invitee.getByLabel('Add photos').setInputFiles(ENOUGH);
  await expect(invitee.getByRole('button', { name: /^Remove photo/ })).toHaveCount(8);
  await expect(invitee.getByText('8 photos added')).toBeVisible();
  expect(await balance(page)).toBe(10);
  await invitee.getByRole('button', { name: 'Submit 8 photos' }).click();
  await expect(invitee.getByRole('heading', { name: 'Your headshots are being made' })).toBeVisible();
  // The page follows by itself. N6
  await expect(invitee.getByRole('heading', { name: 'Here you are, Ada' })).toBeVisible({ timeout: 120_000 });
  const ready = await mailTo(ada, { subject: 'Your headshots are ready' });
  expect(linkIn(ready, '/me')).toContain('/me');
  expect(await balance(page)).toBe(9);
  const ledger = page.getByRole('region', { name: 'Ledger' }).getByRole('row');
  await expect(ledger).toHaveCount(3);
  await expect(ledger.nth(1)).toContainText('Photos submitted');
  await expect(ledger.nth(1)).toContainText('Ada Lovelace');
  await expect(ledger.nth(1).getByRole('cell').nth(3)).toHaveText('−1');

  // ---- chooses one, downloads one and all
  await hydrated(invitee);
  await invitee.getByRole('button', { name: 'Choose headshot 02 as favorite' }).click();
  await expect(invitee.getByText('Number 02 is the chosen headshot.')).toBeVisible();
  await hydrated(invitee);
  const one = await download(invitee, 'Download number 02');
  expect(one.bytes.subarray(0, 3)).toEqual(Buffer.from([0xff, 0xd8, 0xff]));
  expect(one.name).toMatch(/\.jpe?g$/);
  const all = await download(invitee, 'Download all');
  expect(all.bytes.subarray(0, 4).toString('latin1')).toBe('PK\u0003\u0004');
  expect(all.name).toMatch(/\.zip$/);
  const picture = await invitee.getByRole('img', { name: /your favorite/ }).getAttribute('src');

  // ---- the lead sees it, nobody else does
  await open(page, '/headshots');
  await expect(page.getByRole('img', { name: 'Headshot of Ada Lovelace' })).toBeVisible();
  await page.getByRole('link', { name: 'Headshot of Ada Lovelace' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Ada Lovelace' })).toBeVisible();
  await page.getByRole('link', { name: 'Photos and headshots' }).click();
  await expect(page.getByRole('heading', { name: 'Ada’s headshots' })).toBeVisible();
  expect((await page.context().request.get(picture!)).status()).toBe(200);

  const rival = await visitor();
  const other = { address: address('rival'), name: 'Rival', org: `Rival ${unique()}` };
  await signUp(rival.context().request, other);
  await grant(other.org, 1);
  const stranger = await visitor();
  const shoot = new URL(page.url()).pathname;
  for (const path of [picture!, `${picture}?size=small`, shoot, shoot.replace(/shoot$/, 'headshots.zip')]) {
    expect((await rival.context().request.get(path)).status(), `${path} for another organization`).toBe(404);
    const nobody = await stranger.context().request.get(path, { maxRedirects: 0 });
    expect([302, 303, 307, 404], `${path} for nobody: ${nobody.status()}`).toContain(nobody.status());
  }
});

test('I9 I11 a revoked invite says so kindly, and a refused mail says the mail server’s words', async ({
  richLead: lead,
  visitor,
}) => {
  const { page } = lead;
  const [una, refused] = [address('una'), address('nobody-here')];
  await lead.invite(una, refused);
  const link = linkIn(await mailTo(una), '/i/');

  await expect(async () => {
    await open(page, '/members');
    await expect(page.getByRole('row').getByText(/Failed: .*No such mailbox here/)).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await open(page, '/dashboard');
  await expect(page.getByRole('region', { name: 'Needs you' })).toContainText(`The invite to ${refused} did not arrive.`);

  await open(page, '/members');
  const opener = page.getByRole('button', { name: `Actions for ${una}` });
  const question = page.getByRole('dialog', { name: 'Revoke this invite?' });
  await opener.click();
  await page.getByRole('menuitem', { name: 'Revoke invite' }).click();
  await expect(question).toContainText(una);
  await question.getByRole('button', { name: 'Keep it' }).click();
  await expect(question).toHaveCount(0);
  await expect(opener).toBeFocused();
  await opener.click();
  await page.getByRole('menuitem', { name: 'Revoke invite' }).click();
  await question.getByRole('button', { name: 'Revoke invite' }).click();
  await expect(page.getByText('Invite revoked. The link no longer works.')).toBeVisible();
  await expect(opener).toHaveCount(0);
  await page.getByText('1 ended invite').click();
  await expect(page.getByRole('listitem').filter({ hasText: una })).toContainText('Revoked');

  const invitee = await visitor();
  const answer = await invitee.goto(link);
  expect(answer?.status()).toBe(410);
  await expect(invitee.getByRole('heading', { name: 'This invite was revoked' })).toBeVisible();
  await expect(invitee.getByRole('link', { name: 'Write to Ingrid Solheim' })).toHaveAttribute('href', new RegExp(`^mailto:${lead.address}`));
  await axe(invitee);
  // The dead link does not join either, whatever page was open before.
  const pressed = await invitee.context().request.post(link, {
    form: { name: 'Una' },
    headers: { origin: process.env.BASE_URL! },
    maxRedirects: 0,
  });
  expect(pressed.status()).toBe(410);

  // She can be invited again, with a link that works.
  await lead.invite(una);
  const again = linkIn(await mailTo(una), '/i/');
  expect(again).not.toBe(link);
  expect((await invitee.goto(again))?.status()).toBe(200);
});

async function balance(page: Page): Promise<number> {
  await open(page, '/credits');
  return Number(await page.getByRole('region', { name: 'Balance' }).locator('b').first().innerText());
}

async function download(page: Page, link: string): Promise<{ name: string; bytes: Buffer }> {
  const begun = page.waitForEvent('download');
  await page.getByRole('link', { name: link }).click();
  const file = await begun;
  return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
}

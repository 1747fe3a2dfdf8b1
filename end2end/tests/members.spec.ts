// Sub-teams, moving people between them, and removing a member. T1, T2, I4, M1, P1, P3
import { address, axe, expect, hydrated, open, test } from '../fixtures.ts';
import { linkIn, mailTo } from '../support/mailbox.ts';
import { addPhotos, join, memberId, shoot } from '../support/people.ts';
import { ENOUGH } from '../support/photos.ts';
import { SUPPORT } from '../support/headcount.ts';

for (const width of [1440, 390]) {
  test(`T1 T2 I4 teams are made, named, filled, and deleted without losing anybody, ${width} pixels wide`, async ({
    richLead: lead,
    visitor,
  }) => {
    const { page } = lead;
    await page.setViewportSize({ width, height: 844 });
    const [ada, bob] = [address('ada.lovelace'), address('bob')];

    // ---- without teams nobody is asked for one
    await open(page, '/dashboard?add=invite');
    const dialog = page.getByRole('dialog', { name: 'Add member' });
    await expect(dialog.getByLabel('Email addresses')).toBeVisible();
    await expect(dialog.getByRole('combobox', { name: 'Team', includeHidden: true })).toHaveCount(0);

    // ---- made and renamed; a name is taken whatever its case
    await open(page, '/teams');
    const teams = page.getByRole('region', { name: 'Teams' });
    await expect(teams.getByText('No teams yet')).toBeVisible();
    const name = teams.getByLabel('New team');
    for (const team of ['Sales', 'Engineering']) {
      await name.fill(team);
      await name.press('Enter');
      await expect(teams.getByRole('listitem').filter({ hasText: team })).toContainText('0 members');
      await expect(name).toHaveValue('');
    }
    await name.fill('sALES');
    await teams.getByRole('button', { name: 'Add team' }).click();
    await expect(teams.getByRole('alert').filter({ hasText: /\S/ })).toBeVisible();
    await expect(name).toHaveAttribute('aria-invalid', 'true');
    await expect(teams.getByRole('listitem')).toHaveCount(2);
    await teams.getByRole('button', { name: 'Rename Engineering' }).click();
    await teams.getByLabel('Team name').fill('SALES');
    await teams.getByRole('button', { name: 'Save' }).click();
    await expect(teams.getByText(/already|taken/i).last()).toBeVisible();
    await teams.getByLabel('Team name').fill('Field Operations');
    await teams.getByRole('button', { name: 'Save' }).click();
    await expect(teams.getByRole('button', { name: 'Rename Field Operations' })).toBeVisible();
    await axe(page);

    // ---- now each tab asks for the team
    await open(page, '/dashboard?add=invite');
    for (const tab of ['Send invite', 'Open invite', 'Add on their behalf']) {
      await dialog.getByRole('tab', { name: tab }).click();
      const team = dialog.getByRole('tabpanel', { name: tab }).getByRole('combobox', { name: 'Team' });
      await expect(team.getByRole('option')).toHaveText(['No team', 'Field Operations', 'Sales']);
    }
    await dialog.getByRole('tab', { name: 'Send invite' }).click();
    await dialog.getByLabel('Email addresses').fill(`${ada}, ${bob}`);
    await dialog.getByLabel('Email addresses').press('Enter');
    await dialog.getByRole('tabpanel').getByRole('combobox', { name: 'Team' }).selectOption('Sales');
    await dialog.getByRole('button', { name: 'Invite 2 members', exact: true }).click();
    await expect(dialog).toBeHidden();
    const mail = await mailTo(ada);
    expect(mail.text).toContain('team Sales');
    const adas = await visitor();
    const link = linkIn(mail, '/i/');
    await adas.goto(link);
    await expect(adas.getByText(`${lead.org}, Sales`)).toBeVisible();
    await join(adas.context().request, link, 'Ada Lovelace');

    // ---- a member and a pending invite are moved together; a reload knows it
    await open(page, '/members');
    const row = (who: string) => page.getByRole('row', { name: new RegExp(who) });
    await expect(row('Ada Lovelace')).toContainText('Sales');
    await expect(row(bob)).toContainText('Sales');
    await page.getByRole('checkbox', { name: 'Select Ada Lovelace' }).check();
    await page.getByRole('checkbox', { name: `Select ${bob}` }).check();
    const bar = page.getByRole('group', { name: 'With those who are selected' });
    await expect(bar).toContainText('2 selected');
    await bar.getByRole('button', { name: 'Move to team' }).click();
    const moving = page.getByRole('dialog', { name: 'Move to team' });
    await expect(moving).toContainText('2 people move to the team you choose.');
    await moving.getByLabel('Team').selectOption('Field Operations');
    await axe(page);
    await moving.getByRole('button', { name: 'Move 2 people' }).click();
    await expect(page.getByText('2 people moved to Field Operations.')).toBeVisible();
    await expect(bar).toBeHidden();
    await expect(row('Ada Lovelace')).toContainText('Field Operations');
    await open(page, '/members');
    for (const who of ['Ada Lovelace', bob]) await expect(row(who)).toContainText('Field Operations');

    // ---- the numbers of a team lead to those who are in it
    await open(page, '/teams');
    await axe(page);
    await teams.getByRole('link', { name: '1 member, 1 invite pending' }).click();
    await expect(page).toHaveURL(/^[^?]*\/members\?team=/);
    await expect(page.getByText('1 member, 1 invite pending.')).toBeVisible();
    await expect(page.locator('tbody').getByRole('row')).toHaveCount(2);

    // ---- deleting a team keeps its people and says how many
    await open(page, '/teams');
    await teams.getByRole('button', { name: 'Delete Field Operations' }).click();
    const question = teams.getByRole('alertdialog', { name: 'Delete team Field Operations?' });
    await expect(question).toContainText('1 person');
    await expect(question).toContainText('1 pending invite stays, too.');
    await question.getByRole('button', { name: 'Keep it' }).click();
    await expect(teams.getByRole('button', { name: 'Rename Field Operations' })).toBeVisible();
    await teams.getByRole('button', { name: 'Delete Field Operations' }).click();
    await question.getByRole('button', { name: 'Delete team' }).click();
    await expect(page.getByText('Team Field Operations deleted. Its 1 person')).toBeVisible();
    await expect(teams.getByRole('listitem')).toHaveCount(1);
    await open(page, '/members');
    await expect(page.getByText('2 members, 1 invite pending.')).toBeVisible();
    await expect(row('Ada Lovelace')).toContainText('No team');
  });
}

for (const width of [1440, 390]) {
  test(`P3 P1 removing a member says what goes, and takes access away at once, ${width} pixels wide`, async ({
    richLead: lead,
    visitor,
  }) => {
    const { page } = lead;
    await page.setViewportSize({ width, height: 844 });
    const ada = address('ada.lovelace');
    await lead.invite(ada);
    const link = linkIn(await mailTo(ada), '/i/');
    const adas = await visitor();
    await join(adas.context().request, link, 'Ada Lovelace');
    const member = await memberId(adas.context().request);
    await addPhotos(adas.context().request, member, ENOUGH.slice(0, 2));
    await open(adas, '/me');
    const photo = await adas.getByRole('img', { name: 'Photo 1' }).getAttribute('src');
    expect((await page.context().request.get(photo!)).status()).toBe(200);

    await open(page, '/members');
    // Nobody removes themselves or the Owner.
    await expect(page.getByRole('row', { name: /Ingrid Solheim/ })).toContainText('Owner');
    await page.getByRole('button', { name: 'Actions for Ingrid Solheim' }).click();
    const own = page.getByRole('menuitem', { name: /^Remove/ });
    await expect(own).toHaveAttribute('aria-disabled', 'true');
    await expect(own).toContainText('You cannot remove yourself.');
    await page.keyboard.press('Escape');
    await expect(page.getByRole('button', { name: 'Actions for Ingrid Solheim' })).toBeFocused();
    const row = page.getByRole('row', { name: /Ada Lovelace/ });
    await expect(row).toContainText('Adding photos');
    const opener = row.getByRole('button', { name: 'Actions for Ada Lovelace' });
    const begin = async () => {
      await opener.click();
      await page.getByRole('menuitem', { name: 'Remove' }).click();
    };
    const dialog = page.getByRole('dialog', { name: 'Remove Ada Lovelace?' });
    for (const stay of ['Keep them', 'Close', 'Escape']) {
      await begin();
      await expect(dialog).toBeVisible();
      if (stay === 'Escape') await page.keyboard.press('Escape');
      else await dialog.getByRole('button', { name: stay }).click();
      await expect(dialog).toBeHidden();
      await expect(opener).toBeFocused();
    }
    await begin();
    await expect(dialog).toContainText('They lose access at once, and their photos and headshots are deleted.');
    await expect(dialog).toContainText('Their own account stays.');
    await expect(dialog).toContainText('Pending invites to the same address are revoked.');
    await expect(dialog).toContainText('Deleted: 2 photos not submitted, 0 headshot sessions and 0 headshots.');
    await axe(page);
    await dialog.getByRole('button', { name: 'Remove member' }).click();
    await expect(page.getByText('Ada Lovelace is removed.')).toBeVisible();
    await expect(row).toHaveCount(0);

    // ---- her open page says so by itself, her photos are gone, her account stays
    await expect(adas.getByText(`You were removed from ${lead.org}`)).toBeVisible();
    await expect(adas).toHaveURL('/welcome');
    expect((await page.context().request.get(photo!)).status()).toBe(404);
    await open(adas, '/account');
    await expect(adas).toHaveURL('/account');
    expect((await adas.context().request.get(`/members/${member}/shoot`, { maxRedirects: 0 })).status()).not.toBe(200);
  });
}

test('P3 who has more than three headshot sessions is removed by support only', async ({ richLead: lead }) => {
  test.slow(); // Four shoots, one after the other.
  const { page } = lead;
  await open(page, '/dashboard?add=managed');
  const panel = page.getByRole('tabpanel', { name: 'Add on their behalf' });
  await panel.getByLabel('Name').fill('Max Mustermann');
  await panel.getByRole('button', { name: 'Add member' }).click();
  await page.waitForURL(/\/shoot$/);
  await hydrated(page);
  const member = page.url().split('/').at(-2)!;
  const request = page.context().request;
  for (let n = 0; n < 4; n++) {
    await shoot(request, member, ENOUGH);
    await expect.poll(async () => (await request.get(`/members/${member}/progress`)).json(), { timeout: 120_000 }).toBe('ready');
  }
  await open(page, '/members');
  const row = page.getByRole('row', { name: /Max Mustermann/ });
  await expect(row).toContainText('4');
  await row.getByRole('button', { name: 'Actions for Max Mustermann' }).click();
  const remove = page.getByRole('menuitem', { name: /^Remove/ });
  await expect(remove).toHaveAttribute('aria-disabled', 'true');
  await expect(remove).toContainText('4 sessions. Above 3, support removes the member for you.');
  const mail = await page.getByRole('menuitem', { name: 'Write to support' }).getAttribute('href');
  expect(mail).toContain(`mailto:${SUPPORT}?`);
  expect(decodeURIComponent(mail!)).toContain(`Please remove Max Mustermann (no email) from ${lead.org}. They have 4 headshot sessions.`);
});

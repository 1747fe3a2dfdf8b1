// A member's page: what a lead sees there and does, and what members read of themselves. P4, H7
import { address, axe, expect, hydrated, open, test } from '../fixtures.ts';
import { linkIn, mailTo } from '../support/mailbox.ts';
import { addPhotos, join, memberId, shoot } from '../support/people.ts';
import { ENOUGH } from '../support/photos.ts';

for (const width of [1440, 390]) {
  test(`P3 P4 H7 a lead finds all there is about a member, and does from there what can be done, ${width} pixels wide`, async ({
    richLead: lead,
    visitor,
  }) => {
    const { page } = lead;
    await page.setViewportSize({ width, height: 844 });
    const ada = address('ada');
    await open(page, '/teams');
    await page.getByLabel('New team').fill('Sales');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('listitem').filter({ hasText: 'Sales' })).toBeVisible();
    await lead.invite(ada);
    const adas = await visitor();
    await join(adas.context().request, linkIn(await mailTo(ada), '/i/'), 'Ada Lovelase');
    const member = await memberId(adas.context().request);
    await shoot(adas.context().request, member, ENOUGH);

    await open(page, '/members');
    await page.getByRole('link', { name: 'Ada Lovelase' }).click();
    await expect(page).toHaveURL(`/members/${member}`);
    await expect(page.getByRole('heading', { level: 1, name: 'Ada Lovelase' })).toBeVisible();
    // The page follows the shoot.
    const shoots = page.getByRole('region', { name: 'Headshot sessions' });
    await expect(shoots.getByRole('img', { name: 'Headshot 01' })).toBeVisible({ timeout: 120_000 });
    await expect(shoots).toContainText('From 8 photos.');
    const about = page.getByRole('region', { name: 'About Ada Lovelase' });
    await expect(about).toContainText('Ready');
    await expect(about).toContainText(ada);
    await expect(about).toContainText('Invited by Ingrid Solheim');
    await expect(about.getByRole('img', { name: 'Headshot of Ada Lovelase' })).toBeVisible();
    await addPhotos(adas.context().request, member, ENOUGH.slice(0, 2));
    await expect(page.getByRole('region', { name: 'Photos not submitted yet' }).getByRole('img')).toHaveCount(2);
    await axe(page);

    // ---- name and title
    const actions = page.getByRole('button', { name: /^Actions for/ });
    await actions.click();
    await axe(page);
    await page.getByRole('menuitem', { name: 'Correct name or title' }).click();
    const correcting = page.getByRole('dialog', { name: 'Name and title of Ada Lovelase' });
    await expect(correcting.getByLabel('Name')).toBeFocused();
    await correcting.getByLabel('Name').fill(' ');
    await correcting.getByRole('button', { name: 'Save' }).click();
    await expect(correcting.getByLabel('Name')).toHaveAttribute('aria-invalid', 'true');
    await axe(page);
    await correcting.getByLabel('Name').fill('Ada Lovelace');
    await correcting.getByLabel('Job title').fill('Countess');
    await correcting.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByText('Ada Lovelace is saved.')).toBeVisible();
    await expect(page.getByRole('heading', { level: 1, name: 'Ada Lovelace' })).toBeVisible();
    await expect(page.getByRole('region', { name: 'About Ada Lovelace' })).toContainText('Countess');

    // ---- team and role, each in the history at once
    await actions.click();
    await page.getByRole('menuitem', { name: 'Move to team' }).click();
    await page.getByRole('dialog', { name: 'Move to team' }).getByLabel('Team').selectOption('Sales');
    await page.getByRole('button', { name: 'Move 1 person' }).click();
    await expect(page.getByRole('region', { name: 'About Ada Lovelace' }).getByRole('link', { name: 'Sales' })).toBeVisible();
    await actions.click();
    await page.getByRole('menuitem', { name: 'Make Team Lead' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Make Team Lead' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toContainText('Team Lead');
    const history = page.getByRole('region', { name: 'History' });
    for (const said of [
      'Corrected name and job title of Ada Lovelace',
      'Moved Ada Lovelace to Sales',
      'Made Ada Lovelace a Team Lead',
      `Invited ${ada}`,
    ]) {
      await expect(history.getByRole('cell', { name: said })).toBeVisible();
    }
    await page.reload();
    await hydrated(page);
    await expect(page).toHaveTitle(/^Ada Lovelace/);
    await history.getByRole('link', { name: 'All of it' }).click();
    await expect(page).toHaveURL(`/history?about=${member}`);
    await expect(page.getByText('Only what was done to Ada Lovelace.')).toBeVisible();
    await expect(page.getByRole('cell', { name: `Invited ${ada}` })).toBeVisible();
    await page.getByRole('cell', { name: 'Made Ada Lovelace a Team Lead' }).getByRole('link').click();
    await expect(page).toHaveURL(`/members/${member}`);

    // ---- the menu is all there
    await actions.click();
    const menu = await page.getByRole('menu').boundingBox();
    expect(menu!.x).toBeGreaterThanOrEqual(0);
    expect(menu!.x + menu!.width).toBeLessThanOrEqual(width);
    await page.keyboard.press('Escape');

    // ---- removed: whoever else has the page open reads so, and so does Ada, who looks at her headshots
    const other = await page.context().newPage();
    await open(other, `/members/${member}`);
    await expect(other.getByRole('heading', { level: 1, name: 'Ada Lovelace' })).toBeVisible();
    await open(adas, '/me');
    await expect(adas.getByRole('heading', { name: 'Here you are, Ada' })).toBeVisible();
    await expect(adas.getByRole('img', { name: 'Headshot 01', exact: true })).toBeVisible();
    await actions.click();
    await page.getByRole('menuitem', { name: 'Remove' }).click();
    await page.getByRole('dialog', { name: 'Remove Ada Lovelace?' }).getByRole('button', { name: 'Remove member' }).click();
    await expect(page).toHaveURL('/members');
    await expect(page.getByText('Ada Lovelace is removed.')).toBeVisible();
    await expect(other.getByText('This member is gone')).toBeVisible();
    await expect(adas.getByText(`You were removed from ${lead.org}`)).toBeVisible();
    await expect(adas.getByRole('img', { name: /headshot/i })).toHaveCount(0);
    expect((await page.context().request.get(`/members/${member}`)).status()).toBe(404);
  });
}

test('P4 J2 members read who they are here, and correct their name', async ({ richLead: lead, visitor }) => {
  const ada = address('ada');
  await lead.invite(ada);
  const adas = await visitor();
  await join(adas.context().request, linkIn(await mailTo(ada), '/i/'), 'Ada Lovelase');
  const member = await memberId(adas.context().request);
  await adas.goto(`/members/${member}`);
  await expect(adas).toHaveURL('/me');
  await hydrated(adas);
  const about = adas.getByRole('region', { name: 'About you' });
  await expect(about).toContainText('Invited by Ingrid Solheim');
  await about.getByText('Correct your name').click();
  await axe(adas);
  await about.getByLabel('Your name').fill(' ');
  await about.getByRole('button', { name: 'Save' }).click();
  await adas.waitForURL('/me/name');
  await hydrated(adas);
  await expect(about.getByLabel('Your name')).toHaveAttribute('aria-invalid', 'true');
  await axe(adas);
  await about.getByLabel('Your name').fill('Ada Lovelace');
  await about.getByRole('button', { name: 'Save' }).click();
  await adas.waitForURL('/me');
  await hydrated(adas);
  await expect(about).toContainText('Ada Lovelace');
  await about.getByText('History', { exact: true }).click();
  await expect(about).toContainText('Corrected the name of Ada Lovelace');
});

// Roles: a member becomes a Team Lead, and takes the organization over. P5
import { address, axe, expect, open, test } from '../fixtures.ts';
import { linkIn, mailTo } from '../support/mailbox.ts';
import { join } from '../support/people.ts';

for (const width of [1440, 390]) {
  test(`P5 P7 a member is made a lead and takes over the organization; the history says so, ${width} pixels wide`, async ({
    richLead: lead,
    visitor,
  }) => {
    const { page } = lead;
    // Tall enough that the navigation, which stays in sight, lies over nothing.
    await page.setViewportSize({ width, height: 1500 });
    const ada = address('ada.lovelace');
    await lead.invite(ada);
    const adas = await visitor();
    await join(adas.context().request, linkIn(await mailTo(ada), '/i/'), 'Ada Lovelace');

    // ---- made a Team Lead, by the keyboard alone
    await open(page, '/members');
    const row = page.getByRole('row', { name: /Ada Lovelace/ });
    const actions = page.getByRole('button', { name: 'Actions for Ada Lovelace' });
    await actions.focus();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('menuitem', { name: 'See photos and headshots' })).toBeFocused();
    await axe(page);
    const promote = page.getByRole('menuitem', { name: 'Make Team Lead' });
    for (let n = 0; n < 3; n++) await page.keyboard.press('ArrowDown');
    await expect(promote).toBeFocused();
    await page.keyboard.press('Enter');
    const question = page.getByRole('dialog', { name: 'Make Ada Lovelace a Team Lead?' });
    await expect(question).toContainText('They cannot remove the Owner.');
    await axe(page);
    await question.getByRole('button', { name: 'Make Team Lead' }).click();
    await expect(page.getByText('Ada Lovelace is a Team Lead now.')).toBeVisible();
    await expect(row).toContainText('Team Lead');
    await open(adas, '/members');
    await adas.getByRole('button', { name: `Actions for ${lead.name}` }).click();
    await expect(adas.getByRole('menuitem', { name: /^Remove/ })).toContainText('The Owner cannot be removed.');
    await expect(adas.getByRole('menuitem', { name: /^Make Team Lead/ })).toContainText('changes only when somebody else takes over');
    await expect(adas.getByRole('menuitem', { name: 'Hand over ownership' })).toHaveCount(0);
    await adas.keyboard.press('Escape');

    // ---- handed over: offered, then accepted by a form
    await actions.click();
    await page.getByRole('menuitem', { name: 'Hand over ownership' }).click();
    await page.getByRole('dialog', { name: 'Hand over to Ada Lovelace?' }).getByRole('button', { name: 'Offer ownership' }).click();
    await expect(page.getByText('Ada Lovelace was asked to take over.')).toBeVisible();
    await expect(row).toContainText('Ownership offered');
    await adas.goto(linkIn(await mailTo(ada, { subject: 'Take over' }), '/account'));
    await axe(adas);
    await adas.getByRole('button', { name: 'Take over' }).click();
    await adas.waitForURL('/account');
    await expect(adas.getByText('Owner', { exact: true })).toBeVisible();
    await open(page, '/members');
    await expect(row).toContainText('Owner');
    await expect(page.getByRole('row', { name: new RegExp(lead.name) })).toContainText('Team Lead');

    // ---- the history
    await page.getByRole('link', { name: 'History' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'History' })).toBeVisible();
    for (const said of ['Took over the ownership', 'Offered the ownership to Ada Lovelace', 'Made Ada Lovelace a Team Lead']) {
      await expect(page.getByRole('cell', { name: said })).toBeVisible();
    }
    await axe(page);
    await page.getByLabel('What was done').selectOption('Roles changed');
    await expect(page).toHaveURL(/act=role_changed/);
    await expect(page.getByRole('cell', { name: 'Took over the ownership' })).toHaveCount(0);
    await page.goBack();
    await expect(page.getByRole('cell', { name: 'Took over the ownership' })).toBeVisible();
    await page.getByLabel('Who did it').selectOption('Ada Lovelace');
    await expect(page).toHaveURL(/who=/);
    await expect(page.getByText('Only what Ada Lovelace did.')).toBeVisible();
    await expect(page.getByRole('cell', { name: 'Took over the ownership' })).toBeVisible();
    await expect(page.getByRole('cell', { name: 'Made Ada Lovelace a Team Lead' })).toHaveCount(0);
    await page.getByLabel('To', { exact: true }).fill('2020-01-01');
    await expect(page).toHaveURL(/to=2020-01-01/);
    await expect(page.getByRole('heading', { name: 'Nothing here yet' })).toBeVisible();
    await axe(page);
    await page.getByRole('link', { name: 'Show everything' }).first().click();
    await expect(page).toHaveURL('/history');
    await expect(page.getByRole('cell', { name: 'Made Ada Lovelace a Team Lead' })).toBeVisible();
  });
}

test('P5 J1 somebody is invited as a Team Lead, and is one on joining', async ({ richLead: lead, visitor }) => {
  const { page } = lead;
  const ada = address('ada');
  await open(page, '/members?add=invite');
  const dialog = page.getByRole('dialog', { name: 'Add member' });
  await dialog.getByLabel('Email addresses').fill(ada);
  await page.keyboard.press('Enter');
  await dialog.getByRole('tabpanel').getByRole('combobox', { name: 'Role' }).selectOption('Team Lead');
  await axe(page);
  await dialog.getByRole('button', { name: 'Invite 1 member', exact: true }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('row').filter({ hasText: ada })).toContainText('Team Lead');
  const adas = await visitor();
  await open(adas, linkIn(await mailTo(ada), '/i/'));
  await expect(adas.getByText(`You join as a Team Lead of ${lead.org}`)).toBeVisible();
  await axe(adas);
  await adas.getByLabel('Your name').fill('Ada Lovelace');
  await adas.getByRole('button', { name: 'Join and start my shoot' }).click();
  await adas.waitForURL('/me');
  await open(adas, '/members');
  await expect(adas.getByRole('row', { name: /Ada Lovelace/ })).toContainText('Team Lead');
  await open(page, '/history');
  await expect(page.getByRole('cell', { name: `Invited ${ada} as a Team Lead` })).toBeVisible();
});

// What becomes of sent invites: failed and mended, reminded, declined, opted out, revoked. I7 to I11
import { address, axe, expect, open, test, type Page } from '../fixtures.ts';
import { linkIn, mailsTo, mailTo } from '../support/mailbox.ts';

/** The row of a pending invite. */
const row = (page: Page, who: string) => page.getByRole('row').filter({ hasText: who });

test('I11 a mail that is refused says why, is retried, and goes to a mended address with the same note', async ({
  richLead: lead,
  visitor,
}) => {
  const { page } = lead;
  const [refused, right] = [address('nobody-here'), address('somebody')];
  await open(page, '/members');
  await lead.invite(refused);
  // The page follows by itself. N7
  await expect(row(page, refused)).toContainText(/Failed: .*No such mailbox here/);
  await axe(page);
  await row(page, refused).getByRole('button', { name: `Retry: ${refused}` }).click();
  await expect(page.getByText(/1 email is being sent\.|They were emailed within the hour/)).toBeVisible();

  await row(page, refused).getByRole('button', { name: `Fix ${refused}` }).click();
  const field = page.getByRole('dialog', { name: 'Fix the address' }).getByLabel('Address', { exact: true });
  await expect(field).toBeFocused();
  await field.fill('somebody@');
  await page.keyboard.press('Enter');
  await expect(field).toHaveAccessibleDescription(/cut short/);
  await field.fill(lead.address);
  await page.keyboard.press('Enter');
  await expect(field).toHaveAccessibleDescription(/member/);
  await axe(page);
  await field.fill(right);
  await page.keyboard.press('Enter');
  await expect(page.getByText(`The invite goes to ${right} now.`)).toBeVisible();
  const link = linkIn(await mailTo(right), '/i/');
  await expect(row(page, right)).toContainText('Sent');
  await expect(row(page, refused)).toHaveCount(0);
  const invitee = await visitor();
  expect((await invitee.goto(link))?.status()).toBe(200);
  await expect(invitee.getByLabel('Email')).toHaveValue(right);
});

for (const width of [1440, 390]) {
  test(`I8 I10 a reminder, a decline and an opt-out; who wants no mail gets none, ${width} pixels wide`, async ({
    richLead: lead,
    visitor,
  }) => {
    const { page } = lead;
    await page.setViewportSize({ width, height: 844 });
    const [ada, grace] = [address('ada'), address('grace')];
    await lead.invite(ada, grace);
    const link = linkIn(await mailTo(ada), '/i/');
    await mailTo(grace);
    await open(page, '/members');
    await expect(row(page, ada)).toContainText('Sent');

    // Not within the hour of the invite itself.
    const remind = row(page, ada).getByRole('button', { name: `Remind: ${ada}` });
    await expect(remind).toHaveAttribute('aria-disabled', 'true');
    await expect(remind).toHaveAccessibleDescription('Emailed within the hour.');
    await remind.click({ force: true });
    await expect(page.getByRole('status').filter({ hasText: 'Emailed within the hour.' })).toBeVisible();
    expect(await mailsTo(ada)).toHaveLength(1);

    // The invitee declines on the page of the mail, then wants nothing more at all.
    const invitee = await visitor();
    await invitee.goto(link);
    await axe(invitee);
    await invitee.getByRole('button', { name: 'Decline' }).click();
    await expect(invitee.getByRole('heading', { name: 'This invite was declined' })).toBeVisible();
    await axe(invitee);
    await expect(row(page, ada)).toHaveCount(0);
    await page.getByText('1 ended invite').click();
    await expect(page.getByRole('listitem').filter({ hasText: ada })).toContainText('Declined');
    await invitee.getByRole('button', { name: `No more invites from ${lead.org}` }).click();
    await expect(invitee.getByRole('heading', { name: 'You won’t receive further invites' })).toBeVisible();
    await axe(invitee);

    // The lead sees it when inviting again.
    await open(page, '/dashboard?add=invite');
    await page.getByLabel('Email addresses').fill(ada);
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Add member' });
    await expect(dialog.locator('.chip')).toContainText('unsubscribed');
    await expect(dialog.getByText(`${ada} unsubscribed from your organization’s invites, and gets none.`)).toBeVisible();
    await expect(dialog.getByRole('button', { name: 'Invite 0 members', exact: true })).toBeDisabled();
  });
}

for (const width of [1440, 390]) {
  test(`P2 T2 I9 several invites are moved, and revoked after a question, ${width} pixels wide`, async ({
    richLead: lead,
  }) => {
    const { page } = lead;
    // Tall enough that the bar and the navigation, which stay in sight, lie over nothing.
    await page.setViewportSize({ width, height: 1500 });
    const who = [address('ada'), address('grace'), address('alan')];
    await open(page, '/teams');
    await page.getByLabel('New team').fill('Sales');
    await page.keyboard.press('Enter');
    await expect(page.getByText('Sales', { exact: true }).first()).toBeVisible();
    await lead.invite(...who);
    await open(page, '/members');
    for (const one of who.slice(0, 2)) await page.getByRole('checkbox', { name: `Select ${one}` }).check();
    const bar = page.getByRole('group', { name: 'With those who are selected' });
    await expect(bar).toContainText('2 selected');
    await axe(page);
    await bar.getByRole('button', { name: 'Move to team' }).click();
    await page.getByRole('dialog', { name: 'Move to team' }).getByLabel('Team').selectOption('Sales');
    await page.getByRole('button', { name: 'Move 2 people' }).click();
    await expect(page.getByText('2 people moved to Sales.')).toBeVisible();
    await expect(page.getByRole('cell', { name: 'Sales', exact: true })).toHaveCount(2);

    for (const one of who.slice(1)) await page.getByRole('checkbox', { name: `Select ${one}` }).check();
    await bar.getByRole('button', { name: 'Revoke invites' }).click();
    const question = page.getByRole('dialog', { name: 'Revoke invites' });
    await expect(question).toContainText('The links in the emails of 2 people stop working at once.');
    await question.getByRole('button', { name: 'Cancel' }).click();
    await expect(bar).toContainText('2 selected');
    await bar.getByRole('button', { name: 'Revoke invites' }).click();
    await question.getByRole('button', { name: 'Revoke 2 invites' }).click();
    await expect(page.getByText('2 invites revoked.')).toBeVisible();
    await expect(page.getByRole('row').filter({ hasText: '@' }).filter({ hasText: 'Invited' })).toHaveCount(1);
    await expect(bar).toBeHidden();
  });
}

// A lead asks for credits and the operator answers; leads learn when few are left, and who waits for them.
// C7, C9, I15, N7
import { address, axe, expect, open, test } from '../fixtures.ts';
import { OPERATOR, operator } from '../support/headcount.ts';
import { linkIn, mailTo } from '../support/mailbox.ts';
import { createLink, join, memberId, shoot } from '../support/people.ts';
import { ENOUGH } from '../support/photos.ts';

for (const width of [1440, 390]) {
  test(`C7 N7 credits that a lead asks for are there once the operator confirms, on the open page, ${width} pixels wide`, async ({
    lead,
    visitor,
  }) => {
    const { page } = lead;
    // Tall enough that the navigation, which stays in sight, lies over nothing.
    await page.setViewportSize({ width, height: 1500 });
    await open(page, '/credits');
    const more = page.getByRole('region', { name: 'More credits' });
    await more.getByLabel('How many credits').fill('0');
    await more.getByRole('button', { name: 'Request credits' }).click();
    await expect(more.getByLabel('How many credits')).toHaveAccessibleDescription(/from 1 to 100000/);
    await axe(page, 'credits, refused');
    await more.getByLabel('How many credits').fill('20');
    await more.getByLabel('Note').fill('For the Oslo office');
    await more.getByRole('button', { name: 'Request credits' }).click();
    await expect(page.getByText('Credits requested. You get an email with the answer.')).toBeVisible();
    await expect(more.getByLabel('How many credits')).toHaveValue('');
    const request = more.getByRole('listitem').filter({ hasText: '20 credits' });
    await expect(request).toContainText('Waiting for an answer');
    await expect(request).toContainText('For the Oslo office');
    await axe(page, 'credits, asked');

    // What is being typed stays while the page follows. N7
    await more.getByLabel('How many credits').fill('7');
    const mail = await mailTo(OPERATOR, { subject: `${lead.org} asks for 20 credits` });
    const host = await visitor();
    await open(host, linkIn(mail, '/c/'));
    await expect(host.getByRole('heading', { name: `${lead.org} asks for 20 credits` })).toBeVisible();
    await expect(host.getByText(`${lead.org} has no credits left.`)).toBeVisible();
    await axe(host, 'request, open');
    await expect(request).toContainText('Waiting for an answer');
    await host.getByLabel('Answer').fill('Invoice 17');
    await host.getByRole('button', { name: 'Add 20 credits' }).click();
    await expect(host.getByRole('heading', { name: '20 credits were added' })).toBeVisible();
    await axe(host, 'request, confirmed');

    await expect(request).toContainText('Added');
    await expect(request).toContainText('Answer: Invoice 17');
    await expect(page.getByRole('region', { name: 'Balance' })).toContainText('20 credits left');
    await expect(page.getByRole('region', { name: 'Ledger' }).locator('tbody').getByRole('row')).toContainText('Invoice 17');
    await expect(more.getByLabel('How many credits')).toHaveValue('7');
    await axe(page, 'credits, confirmed');
    const told = await mailTo(lead.address, { subject: '20 credits were added' });
    expect(told.text).toContain('Invoice 17');
  });
}

test('C7 a request is taken back, and one is declined on the command line', async ({ lead, visitor }) => {
  const { page } = lead;
  await open(page, '/credits');
  const more = page.getByRole('region', { name: 'More credits' });
  await more.getByLabel('How many credits').fill('5');
  await more.getByRole('button', { name: 'Request credits' }).click();
  const link = linkIn(await mailTo(OPERATOR, { subject: `${lead.org} asks for 5 credits` }), '/c/');
  await more.getByRole('button', { name: 'Take back the request for 5 credits' }).click();
  await expect(more.getByRole('listitem').filter({ hasText: '5 credits' })).toContainText('Taken back');
  const host = await visitor();
  await open(host, link);
  await expect(host.getByRole('heading', { name: 'This request was taken back' })).toBeVisible();
  await expect(host.getByRole('button')).toHaveCount(0);
  await axe(host, 'request, taken back');

  await more.getByLabel('How many credits').fill('6');
  await more.getByRole('button', { name: 'Request credits' }).click();
  const second = more.getByRole('listitem').filter({ hasText: '6 credits' });
  await expect(second).toContainText('Waiting for an answer');
  const listed = (await operator('credits', 'requests')).split('\n').find((line) => line.includes(lead.org))!;
  expect(listed).toContain('asks for 6 credits by Ingrid Solheim');
  await operator('credits', 'decline', listed.split(' ')[0]!, '--note', 'Budget is closed');
  await expect(second).toContainText('Declined');
  await expect(second).toContainText('Budget is closed');
  await expect(page.getByRole('region', { name: 'Balance' })).toContainText('0 credits left');
  await axe(page, 'credits, declined');
});

test('C9 N7 leads are told once when few credits are left, by email and on the dashboard', async ({ lead }) => {
  const { page } = lead;
  const { request } = page.context();
  await lead.grant(1);
  await open(page, '/settings');
  const credits = page.getByRole('region', { name: 'Credits' });
  await credits.getByLabel('Tell us when fewer credits are left than').fill('1');
  await credits.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved.')).toBeVisible();
  await open(page, '/dashboard');
  await expect(page.getByRole('region', { name: 'Needs you' })).toHaveCount(0);
  await shoot(request, await memberId(request), ENOUGH);
  const needs = page.getByRole('region', { name: 'Needs you' });
  await expect(needs).toContainText('There are no credits left: nobody can submit photos.');
  const mail = await mailTo(lead.address, { subject: 'has no credits left' });
  expect(linkIn(mail, '/credits')).toContain('/credits');
  await axe(page, 'dashboard, no credits');
});

test('I15 L1 the dashboard names links that close and people who are stuck, and reminds them', async ({
  richLead: lead,
  visitor,
}) => {
  const { page } = lead;
  await createLink(page.context().request, { expires_at: new Date(Date.now() + 86_400_000).toISOString() });
  const who = address('ada');
  await lead.invite(who);
  const invitee = await visitor();
  await join(invitee.context().request, linkIn(await mailTo(who), '/i/'), 'Ada Lovelace');
  await open(page, '/dashboard');
  const needs = page.getByRole('region', { name: 'Needs you' });
  await expect(needs).toContainText('1 invite link closes within two days.');
  await expect(needs).not.toContainText('joined and has added no photos');
  await expect(page.getByRole('link', { name: '1 without photos' })).toHaveAttribute('href', '/members?stage=joined');
  const recent = page.getByRole('region', { name: 'Recent members' });
  await expect(recent.getByRole('link', { name: 'Ada Lovelace' })).toHaveAttribute('href', /^\/members\/[0-9a-f-]{36}$/);
  await axe(page, 'dashboard, links closing');
});

// No credits, no adding; with credits all three ways are open. C1, C6, C7, C8, D1, D3
import { expect, open, test } from '../fixtures.ts';
import { orgId } from '../support/people.ts';

const REASON = 'You were about to add a member, and there are no credits left.';

test('C1 without credits every way to add members leads to the credits page, which says why', async ({ lead }) => {
  const { page } = lead;
  for (const from of ['/dashboard', '/members']) {
    await open(page, from);
    await page.getByRole('link', { name: 'Add member' }).click();
    await expect(page.getByText(REASON)).toBeVisible();
    await expect(page).toHaveURL(/^[^?]+\/credits\?/);
    await expect(page.getByRole('heading', { level: 1, name: '0 credits left' })).toBeVisible();
  }
  for (const from of ['/dashboard', '/members']) {
    for (const tab of ['invite', 'link', 'managed']) {
      await page.goto(`${from}?add=${tab}`);
      await expect(page.getByText(REASON)).toBeVisible();
      await expect(page.getByRole('dialog')).toHaveCount(0);
    }
  }
  // Whoever comes by the navigation was not about to add anybody.
  await page.goto('/credits');
  await expect(page.getByRole('heading', { level: 1, name: '0 credits left' })).toBeVisible();
  await expect(page.getByText(REASON)).toHaveCount(0);
  await expect(page.getByText('No credits have moved yet')).toBeVisible();
});

test('C1 N1 the server refuses each of the three calls by itself', async ({ lead }) => {
  const request = lead.page.context().request;
  const org = await orgId(request);
  const calls: [string, Record<string, string>][] = [
    ['/fn/invites/send', { org, addresses: 'ada@northwind.example', team: '', note: '' }],
    ['/fn/links/create', { org, label: '', domains: '', usage_limit: '', expires_at: '', team: '' }],
    ['/fn/members/add', { org, name: 'Ada', email: '', title: '', team: '' }],
  ];
  for (const [path, form] of calls) {
    const answer = await request.post(path, {
      form,
      headers: { origin: process.env.BASE_URL!, accept: 'application/json' },
      maxRedirects: 0,
    });
    expect(answer.status(), path).toBe(402);
    expect(await answer.text(), path).toContain('at least one credit');
  }
  await open(lead.page, '/members');
  await expect(lead.page.getByText('1 member, 0 invites pending.')).toBeVisible();
});

test('C1 D1 D3 C6 a grant opens all three ways and stands in the ledger', async ({ lead }) => {
  const { page } = lead;
  await lead.grant(5);
  await open(page, '/dashboard');
  await page.getByRole('link', { name: 'Add member' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add member' });
  await expect(page).toHaveURL('/dashboard?add=invite');
  await expect(dialog.getByRole('tabpanel', { name: 'Send invite' }).getByLabel('Email addresses')).toBeVisible();

  await dialog.getByRole('tab', { name: 'Open invite' }).click();
  await expect(page).toHaveURL('/dashboard?add=link');
  const link = dialog.getByRole('tabpanel', { name: 'Open invite' });
  for (const field of ['Domain restriction', 'Usage limit', 'Expiration date']) {
    await expect(link.getByLabel(field)).toBeVisible();
  }
  await expect(link.getByRole('button', { name: 'Create invite link' })).toBeVisible();

  await dialog.getByRole('tab', { name: 'Add on their behalf' }).click();
  await expect(page).toHaveURL('/dashboard?add=managed');
  const managed = dialog.getByRole('tabpanel', { name: 'Add on their behalf' });
  for (const field of ['Name', 'Email', 'Job title']) {
    await expect(managed.getByLabel(field)).toBeVisible();
  }
  await expect(managed.getByRole('button', { name: 'Add member' })).toBeVisible();

  // Each tab has a URL of its own, on both pages.
  for (const from of ['/dashboard', '/members']) {
    for (const [tab, name] of [['invite', 'Send invite'], ['link', 'Open invite'], ['managed', 'Add on their behalf']]) {
      await open(page, `${from}?add=${tab}`);
      await expect(dialog.getByRole('tab', { name, selected: true })).toBeVisible();
      await expect(dialog.getByRole('tabpanel', { name })).toBeVisible();
    }
  }

  // C6, C8: newest first, who and how much, and what is promised.
  await lead.grant(2);
  await lead.invite('ada@northwind.example', 'grace@northwind.example');
  await open(page, '/credits');
  const rows = page.getByRole('region', { name: 'Ledger' }).getByRole('row');
  await expect(rows).toHaveCount(3);
  await expect(rows.nth(1)).toContainText('Added by your provider');
  await expect(rows.nth(1).getByRole('cell').nth(3)).toHaveText('+2');
  await expect(rows.nth(1).getByRole('cell').nth(4)).toHaveText('7');
  await expect(rows.nth(2).getByRole('cell').nth(3)).toHaveText('+5');
  await expect(rows.nth(2).getByRole('cell').nth(4)).toHaveText('5');
  const balance = page.getByRole('region', { name: 'Balance' });
  await expect(balance).toContainText('7 credits left');
  await expect(balance.getByText('Invites pending').locator('+ dd')).toHaveText('2');
  await expect(balance.getByText('Joined, no photos yet').locator('+ dd')).toHaveText('0');
  await expect(balance.getByText('Unreserved').locator('+ dd')).toHaveText('5');
});

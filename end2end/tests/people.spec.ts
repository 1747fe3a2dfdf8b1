// One list of members and invites, at the size of a company: found, filtered, paged, selected. P1, P2, N7
import { type Route } from '@playwright/test';
import { address, axe, expect, hydrated, open, test, unique } from '../fixtures.ts';
import { linkIn, mailTo } from '../support/mailbox.ts';
import { join } from '../support/people.ts';

for (const width of [1440, 390]) {
  test(`P1 P2 anyone is found at once, the URL keeps it, and all who match are moved, ${width} pixels wide`, async ({
    richLead: lead,
  }) => {
    const { page } = lead;
    await page.setViewportSize({ width, height: 844 });
    const id = unique();
    await lead.invite(...Array.from({ length: 120 }, (_, n) => `p${String(n).padStart(3, '0')}.${id}@northwind.example`));
    await lead.invite(`zoe.${id}@elsewhere.example`);
    await open(page, '/teams');
    await page.getByLabel('New team').fill('Sales');
    await page.keyboard.press('Enter');
    await expect(page.getByText('Sales', { exact: true }).first()).toBeVisible();

    // ---- pages
    await open(page, '/members');
    const rows = page.locator('tbody').getByRole('row');
    await expect(page.getByText('50 of 122 shown')).toBeVisible();
    await expect(rows).toHaveCount(50);
    await page.getByRole('link', { name: 'Next' }).click();
    await expect(rows.filter({ hasText: `p060.${id}` })).toHaveCount(1);
    await page.goBack();
    await expect(rows.filter({ hasText: `p000.${id}` })).toHaveCount(1);
    await axe(page);

    // ---- search, while one types; Back leads to the list as it was
    const search = page.getByRole('searchbox');
    await search.fill('z');
    await search.fill('ZOË.');
    await expect(page).toHaveURL(/q=/);
    await expect(page.getByText('1 person found.')).toBeVisible();
    await expect(rows).toHaveCount(1);
    await expect(search).toBeFocused();
    await page.reload();
    await hydrated(page);
    await expect(search).toHaveValue('ZOË.');
    await expect(rows).toHaveCount(1);
    await page.goBack();
    await expect(page).toHaveURL('/members');
    await expect(search).toHaveValue('');
    await expect(rows).toHaveCount(50);

    // ---- all who match, over all pages
    await search.fill(`.${id}@northwind`);
    await expect(page.getByText('120 people found.')).toBeVisible();
    await page.getByRole('checkbox', { name: 'Select everybody on this page' }).check();
    const bar = page.getByRole('group', { name: 'With those who are selected' });
    await expect(bar).toContainText('50 selected');
    await bar.getByRole('button', { name: 'Select all 120 that match' }).click();
    await expect(bar).toContainText('120 selected');
    await axe(page);

    // ---- these people and nobody else: one less is one less, the order changes nothing, another list ends it
    await rows.first().getByRole('checkbox').uncheck();
    await expect(bar).toContainText('119 selected');
    await page.getByRole('combobox', { name: 'Sort by' }).selectOption('Name, Z to A');
    const last = rows.filter({ hasText: `p119.${id}` }).getByRole('checkbox');
    await expect(last).toBeChecked();
    await expect(bar).toContainText('119 selected');
    await page.getByRole('combobox', { name: 'Kind', exact: true }).selectOption('Invited');
    await expect(page).toHaveURL(/kind=invite/);
    await expect(bar).toHaveCount(0);
    await expect(last).not.toBeChecked();
    await page.getByRole('checkbox', { name: 'Select everybody on this page' }).check();
    await bar.getByRole('button', { name: 'Select all 120 that match' }).click();
    await expect(bar).toContainText('120 selected');
    await bar.getByRole('button', { name: 'Move to team' }).click();
    const dialog = page.getByRole('dialog', { name: 'Move to team' });
    await expect(dialog).toContainText('120 people move to the team you choose.');
    const later = dialog.getByText(`p100.${id}@northwind.example`);
    await expect(later).toBeHidden();
    await dialog.getByText('110 more').click();
    await expect(later).toBeVisible();
    await dialog.getByLabel('Team').selectOption('Sales');
    await dialog.getByRole('button', { name: 'Move 120 people' }).click();
    await expect(page.getByText('120 people moved to Sales.')).toBeVisible();
    await expect(dialog).toBeHidden();

    // ---- filter by the team; what cannot be done says why
    await open(page, '/members');
    await page.getByRole('combobox', { name: 'Team', exact: true }).selectOption('No team');
    await expect(page).toHaveURL(/team=none/);
    await expect(rows).toHaveCount(2);
    await page.getByRole('checkbox', { name: 'Select everybody on this page' }).check();
    await bar.getByRole('button', { name: 'Remove' }).click();
    const removing = page.getByRole('dialog', { name: 'Remove' });
    await expect(removing).toContainText('Nobody can be removed.');
    await expect(removing).toContainText('You cannot remove yourself. Another Team Lead can.');
    await expect(removing).toContainText('Not joined yet: revoke their invite instead.');
    await expect(removing.getByRole('button', { name: 'Remove 0 members' })).toHaveAttribute('aria-disabled', 'true');
    await axe(page);
    await removing.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('link', { name: 'Clear filters' }).click();
    await expect(page).toHaveURL('/members');
  });
}

test('P2 what is done to hundreds says how far it is, and can be stopped', async ({ richLead: lead, guard }) => {
  guard.allow(/ERR_FAILED/);
  const { page } = lead;
  const id = unique();
  await lead.invite(...Array.from({ length: 300 }, (_, n) => `p${String(n).padStart(3, '0')}.${id}@northwind.example`));
  await open(page, '/teams');
  await page.getByLabel('New team').fill('Sales');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Sales', { exact: true }).first()).toBeVisible();
  await open(page, `/members?kind=invite&q=${id}`);

  const bar = page.getByRole('group', { name: 'With those who are selected' });
  const dialog = page.getByRole('dialog', { name: 'Move to team' });
  // Each step is answered when the test says so; nothing is how it fails.
  let steps: { step: Route; pass: () => void }[] = [];
  const held = async (n: number) => {
    await expect.poll(() => steps.length).toBeGreaterThan(n);
    return steps[n] as (typeof steps)[number];
  };
  await page.route('**/fn/members/act', (step) => void steps.push({ step, pass: () => void step.continue() }));
  const move = async (team: string) => {
    steps = [];
    await bar.getByRole('button', { name: 'Move to team' }).click();
    await dialog.getByLabel('Team').selectOption(team);
    await dialog.getByRole('button', { name: /^Move \d+ people$/ }).click();
  };
  const selectAll = async () => {
    await page.getByRole('checkbox', { name: 'Select everybody on this page' }).check();
    await bar.getByRole('button', { name: 'Select all 300 that match' }).click();
    await expect(bar).toContainText('300 selected');
  };

  // ---- to its end
  await selectAll();
  await move('Sales');
  await expect(dialog).toContainText('Working on 300 people…');
  await expect(dialog).toContainText('0 of 300');
  (await held(0)).pass();
  await expect(dialog).toContainText('250 of 300');
  await expect(dialog.getByRole('progressbar', { name: 'Progress' })).toHaveAttribute('value', '250');
  await axe(page);
  (await held(1)).pass();
  await expect(page.getByText('300 people moved to Sales.')).toBeVisible();
  await expect(dialog).toBeHidden();
  await expect(bar).toBeHidden();

  // ---- stopped: the rest stays as it was, and selected
  await selectAll();
  await move('No team');
  await held(0);
  await dialog.getByRole('button', { name: 'Stop' }).click();
  await expect(dialog).toContainText('Stopping after the people who are under way…');
  (await held(0)).pass();
  await expect(dialog).toContainText('250 people are in no team now.');
  await expect(dialog).toContainText('50 people are left, and stay selected.');
  expect(steps).toHaveLength(1);
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await expect(bar).toContainText('50 selected');
  // What is said lies above the bar, on a phone as well.
  const { width, height } = page.viewportSize()!;
  await page.setViewportSize({ width: 390, height: 844 });
  const toast = page.getByRole('status').filter({ hasText: /^250 people are in no team now/ });
  await expect
    .poll(async () => {
      const [over, under] = [await toast.boundingBox(), await bar.boundingBox()];
      return over !== null && under !== null && over.y + over.height <= under.y;
    })
    .toBe(true);
  await page.setViewportSize({ width, height });
  await page.getByRole('button', { name: 'Select none' }).click();

  // ---- broken off in the middle: what is done is said, and why it went no further
  await selectAll();
  await move('No team');
  (await held(0)).pass();
  await (await held(1)).step.abort();
  await expect(dialog).toContainText('250 people are in no team now.');
  await expect(dialog).toContainText('50 people stay selected.');
  await expect(dialog.getByRole('alert')).toBeVisible();
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await expect(bar).toContainText('50 selected');

  // ---- whoever closes the dialog is told what came of it
  await page.getByRole('button', { name: 'Select none' }).click();
  await page.getByRole('checkbox', { name: 'Select everybody on this page' }).check();
  await move('Sales');
  await expect(dialog.getByRole('button', { name: 'Stop' })).toHaveCount(0);
  await held(0);
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  (await held(0)).pass();
  await expect(page.getByText('50 people moved to Sales.')).toBeVisible();
});

test('P1 N7 who joins moves from one stage to the next, and only that row is read', async ({ richLead: lead, visitor }) => {
  const { page } = lead;
  const [ada, bob] = [address('ada.lovelace'), address('bob')];
  await lead.invite(ada, bob);
  await open(page, '/members');
  const stages = page.getByRole('navigation', { name: 'How far people are' });
  await expect(stages.getByRole('link')).toHaveText([/^All\s*3$/, /^Invited\s*2$/]);
  const link = linkIn(await mailTo(ada), '/i/');
  await expect(page.getByRole('row').filter({ hasText: 'Sent' })).toHaveCount(2);
  const read: number[] = [];
  page.on('response', async (answer) => {
    if (answer.url().endsWith('/fn/members/list')) read.push(((await answer.json()) as { rows: unknown[] }).rows.length);
  });
  await join((await visitor()).context().request, link, 'Ada Lovelace');
  await expect(page.getByRole('link', { name: 'Ada Lovelace' })).toBeVisible();
  await expect(stages.getByRole('link')).toHaveText([/^All\s*3$/, /^Invited\s*1$/, /^Joined\s*1$/]);
  expect(read).toContain(1);
  await stages.getByRole('link', { name: /^Joined/ }).click();
  await expect(page).toHaveURL(/stage=joined/);
  // Who created the organization is not waited for.
  await expect(page.locator('tbody').getByRole('row')).toHaveCount(1);
});

test('P1 P2 D1 the list as photos: the same filters, pages and selection; the dialog leads back to it', async ({
  richLead: lead,
}) => {
  const { page } = lead;
  const id = unique();
  await lead.invite(...Array.from({ length: 60 }, (_, n) => `p${String(n).padStart(2, '0')}.${id}@northwind.example`));
  await open(page, '/members?sort=-name');
  await page.getByRole('link', { name: 'As photos' }).click();
  await expect(page).toHaveURL('/members?sort=-name&view=grid');
  const cards = page.locator('main').getByRole('listitem').filter({ has: page.getByRole('checkbox') });
  await expect(cards).toHaveCount(50);
  await expect(cards.first()).toContainText(`p59.${id}`);
  await axe(page);
  await page.getByRole('link', { name: 'Next' }).click();
  await expect(cards).toHaveCount(11);
  await expect(page).toHaveURL(/view=grid/);
  await page.goBack();
  await expect(cards).toHaveCount(50);

  // ---- the dialog opens over the list as it is, and closes to it
  await page.getByRole('link', { name: 'Add member' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add member' });
  await expect(dialog).toBeVisible();
  await dialog.getByRole('tab', { name: 'Open invite' }).click();
  await expect(page).toHaveURL(/sort=-name.*add=link/);
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(page).toHaveURL('/members?sort=-name&view=grid');
  await expect(cards.first()).toContainText(`p59.${id}`);

  // ---- selected, over the search, and moved as in the table
  await page.getByRole('searchbox').fill(`p1`);
  await expect(page.getByText('10 people found.')).toBeVisible();
  await expect(page).toHaveURL(/view=grid/);
  await page.getByRole('checkbox', { name: 'Select everybody on this page' }).check();
  const bar = page.getByRole('group', { name: 'With those who are selected' });
  await expect(bar).toContainText('10 selected');
  await cards.first().getByRole('checkbox').uncheck();
  await expect(bar).toContainText('9 selected');
  await bar.getByRole('button', { name: 'Revoke invites' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke 9 invites' }).click();
  await expect(page.getByText('9 invites revoked.')).toBeVisible();
  await expect(cards).toHaveCount(1);
  await page.getByRole('link', { name: 'Clear filters' }).click();
  await expect(page).toHaveURL('/members?sort=-name&view=grid');

  // ---- on a phone each card's menu is all there
  await page.setViewportSize({ width: 390, height: 844 });
  for (const n of [0, 1]) {
    await cards.nth(n).getByRole('button').click();
    const menu = await page.getByRole('menu').boundingBox();
    expect(menu!.x).toBeGreaterThanOrEqual(0);
    expect(menu!.x + menu!.width).toBeLessThanOrEqual(390);
    await page.keyboard.press('Escape');
  }
  await axe(page);
});

test('P1 a filter chosen while a list is on its way adds to the one before', async ({ richLead: lead }) => {
  const { page } = lead;
  await lead.invite(address('ada'));
  await open(page, '/teams');
  await page.getByLabel('New team').fill('Sales');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Sales', { exact: true }).first()).toBeVisible();
  await open(page, '/members');
  let letGo = () => {};
  const gate = new Promise<void>((opened) => (letGo = opened));
  await page.route('**/fn/members/list', async (route) => {
    await gate;
    await route.continue();
  });
  await page.getByRole('combobox', { name: 'Team', exact: true }).selectOption('No team');
  await expect(page).toHaveURL(/team=none/);
  await page.getByRole('combobox', { name: 'Kind', exact: true }).selectOption('Invited');
  letGo();
  await expect(page).toHaveURL(/team=none&kind=invite/);
  await expect(page.locator('tbody').getByRole('row')).toHaveCount(1);
});

// Where the focus goes, what a key closes, what stays in reach on small and plain screens. D2, D3, N2, N5, N6
import { address, axe, expect, hydrated, open, test, unique, type Page } from '../fixtures.ts';
import { SUPPORT, grant } from '../support/headcount.ts';
import { linkIn, mailTo } from '../support/mailbox.ts';
import { invite, join, post, signUp } from '../support/people.ts';

const dialogOf = (page: Page) => page.getByRole('dialog', { name: 'Add member' });

test('N5 Escape closes what asks and what renames, and the focus comes back', async ({ lead }) => {
  const { page } = lead;
  await open(page, '/teams');
  await page.getByLabel('New team').fill('Sales');
  await page.getByRole('button', { name: 'Add team' }).click();
  for (const name of ['Rename Sales', 'Delete Sales']) {
    const opener = page.getByRole('button', { name });
    await opener.click();
    await expect(opener).toHaveCount(0);
    await page.keyboard.press('Escape');
    await expect(opener).toBeFocused();
  }
  await page.getByRole('button', { name: 'Delete Sales' }).click();
  await page.getByRole('button', { name: 'Delete team' }).click();
  await expect(page.getByText('Team Sales deleted.')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Teams', exact: true })).toBeFocused();
});

test('N5 the focus stays on the page when a member or an invite goes, and what was said leaves', async ({
  richLead: lead,
  visitor,
}) => {
  const { page } = lead;
  const [ada, grace] = [address('ada'), address('grace')];
  await lead.invite(ada, grace);
  const adas = await visitor();
  await join(adas.context().request, linkIn(await mailTo(ada), '/i/'), 'Ada Lovelace');
  await open(page, '/members');
  await page.getByRole('button', { name: 'Actions for Ada Lovelace' }).click();
  await page.getByRole('menuitem', { name: /^Remove/ }).click();
  await page.getByRole('button', { name: 'Remove member' }).click();
  await expect(page.getByText('Ada Lovelace is removed.')).toBeVisible();
  await expect(page.getByRole('heading', { level: 1, name: 'Members' })).toBeFocused();
  const actions = page.getByRole('button', { name: `Actions for ${grace}` });
  await actions.click();
  await page.getByRole('menuitem', { name: /^Revoke/ }).click();
  await page.keyboard.press('Escape');
  await expect(actions).toBeFocused();
  await actions.click();
  await page.getByRole('menuitem', { name: /^Revoke/ }).click();
  await page.getByRole('button', { name: 'Revoke invite', exact: true }).click();
  const said = page.getByText('Invite revoked. The link no longer works.');
  await expect(said).toBeVisible();
  await expect(page.getByRole('heading', { level: 1, name: 'Members' })).toBeFocused();
  await expect(said).toHaveCount(0);
});

test('L2 N5 after Create the new link has the focus', async ({ richLead: lead }) => {
  const { page } = lead;
  await open(page, '/members?add=link');
  await page.getByRole('button', { name: 'Create invite link' }).click();
  const copy = page.getByRole('button', { name: 'Copy the new link' });
  await expect(copy).toBeFocused();
  await expect(copy).toBeInViewport();
});

test('D3 help is in reach of each tab and without credits, and has an address', async ({ lead }) => {
  const { page } = lead;
  await open(page, '/members');
  await page.getByRole('link', { name: 'Add member' }).click();
  await page.waitForURL('/credits?from=add');
  await expect(page.getByRole('link', { name: 'How inviting works' })).toBeVisible();
  await lead.grant(3);
  for (const tab of ['invite', 'link', 'managed']) {
    await open(page, `/members?add=${tab}`);
    const help = dialogOf(page).getByRole('tabpanel').getByRole('link', { name: 'How inviting works' });
    await expect(help).toHaveAttribute('href', '/help/inviting');
  }
  await open(page, '/help/inviting');
  await page.getByRole('button', { name: 'No', exact: true }).click();
  await expect(page.getByRole('link', { name: SUPPORT })).toHaveAttribute('href', new RegExp(`^mailto:${SUPPORT}`));
  await axe(page);
});

test('N5 at 400 % zoom the dialog scrolls as a whole, and its tabs are all there', async ({ richLead: lead }) => {
  const { page } = lead;
  await page.setViewportSize({ width: 320, height: 256 });
  for (const [tab, button] of [['invite', /^Invite/], ['link', 'Done'], ['managed', 'Add member']] as const) {
    await open(page, `/members?add=${tab}`);
    const dialog = dialogOf(page);
    for (const name of ['Send invite', 'Open invite', 'Add on their behalf']) {
      const box = (await dialog.getByRole('tab', { name }).boundingBox())!;
      expect(box.x, name).toBeGreaterThanOrEqual(0);
      expect(box.x + box.width, name).toBeLessThanOrEqual(320);
    }
    // What is between header and footer has the room that it needs.
    const body = dialog.locator('.body:visible');
    expect(await body.evaluate((body) => body.scrollHeight - body.clientHeight)).toBeLessThanOrEqual(1);
    await dialog.getByRole('button', { name: button }).last().scrollIntoViewIfNeeded();
    await expect(dialog.getByRole('button', { name: button }).last()).toBeInViewport();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  }
});

test('N5 without colors of ours the chosen tab, page and way are still told apart', async ({ richLead: lead }) => {
  const { page } = lead;
  await page.emulateMedia({ forcedColors: 'active' });
  await open(page, '/members?add=managed');
  const border = (selector: string) =>
    page.locator(selector).first().evaluate((element) => getComputedStyle(element).borderBlockEndColor);
  expect(await border('[role=tab][aria-selected=true]')).not.toBe(await border('[role=tab][aria-selected=false]'));
  expect(await border('.top nav a[aria-current]')).not.toBe(await border('.top nav a:not([aria-current])'));
  const outline = (selector: string) =>
    page.locator(selector).evaluate((element) => getComputedStyle(element).outlineStyle);
  expect(await outline('.either .without')).toBe('solid');
  expect(await outline('.either .with')).toBe('none');
  await dialogOf(page).getByRole('textbox', { name: 'Email (optional)' }).fill('bob@x.example');
  expect(await outline('.either .with')).toBe('solid');
  expect(await outline('.either .without')).toBe('none');
});

test('N2 J8 an open page of an organization that one left says so and leads on', async ({ richLead: lead, visitor }) => {
  const { page } = lead;
  const invited = address('carol');
  await lead.invite(invited);
  await open(page, '/members');
  await expect(page.getByText(invited)).toBeVisible();

  // In another tab one joins another organization.
  const other = (await visitor()).context();
  const org = `Other ${unique()}`;
  await signUp(other.request, { address: address('olga'), name: 'Olga Owner', org });
  await grant(org, 1);
  await invite(other.request, lead.address);
  const link = new URL(linkIn(await mailTo(lead.address, { subject: 'invites you' }), '/i/')).pathname;
  await post(page.context().request, link, { name: lead.name });

  // Back at the first one.
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  const main = page.getByRole('main');
  await expect(main.getByText('This page is of an organization that you do not look at any more')).toBeVisible();
  await expect(page.getByText(invited)).toHaveCount(0);
  await page.getByRole('link', { name: 'Go on' }).click();
  await page.waitForURL('/me');
  await hydrated(page);
});

test('I10 declining and opting out can be taken back', async ({ richLead: lead, visitor }) => {
  const ada = address('ada');
  await lead.invite(ada);
  const page = await visitor();
  await open(page, new URL(linkIn(await mailTo(ada), '/i/')).pathname);
  await page.getByRole('button', { name: 'Decline' }).click();
  await expect(page.getByRole('heading', { name: 'This invite was declined' })).toBeVisible();
  await axe(page);
  await page.getByRole('button', { name: /^No more invites/ }).click();
  await expect(page.getByRole('heading', { name: 'You won’t receive further invites' })).toBeVisible();
  await page.getByRole('button', { name: 'Take it back' }).click();
  await expect(page.getByRole('heading', { name: 'This invite was declined' })).toBeVisible();
  await page.getByRole('button', { name: 'Take it back' }).click();
  await expect(page.getByRole('button', { name: 'Join and start my shoot' })).toBeVisible();
});

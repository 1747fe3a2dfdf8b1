// Before and while a page's scripts arrive: what others put into it, what is typed early, what is sent as a plain
// form, what is touched before its turn. I1, D2, J2, N1, P2
import { address, expect, hydrated, open, test, unique, type Page } from '../fixtures.ts';
import { linkIn, mailTo } from '../support/mailbox.ts';
import { join, orgId, post } from '../support/people.ts';

/** Keeps the page's client on its way until it is let go. */
async function heldBack(page: Page): Promise<() => void> {
  let letGo = () => {};
  const gate = new Promise<void>((opened) => (letGo = opened));
  await page.route('**/*.wasm', async (route) => {
    await gate;
    await route.continue();
  });
  return letGo;
}

/** What others do to a page before its scripts are there. */
const INJECTIONS: Record<string, () => void> = {
  'an element behind a field': () => {
    const field = document.querySelector('input:not([type=hidden])') ?? document.querySelector('main *')!;
    const badge = document.createElement('div');
    badge.className = 'badge-of-a-password-manager';
    field.after(badge);
  },
  'something first in the body': () => {
    document.body.prepend(document.createElement('div'));
  },
  'a translated text': () => {
    const walker = document.createTreeWalker(document.querySelector('main')!, NodeFilter.SHOW_TEXT);
    let text = walker.nextNode() as Text;
    while (!text.data.trim()) text = walker.nextNode() as Text;
    const font = document.createElement('font');
    font.textContent = 'Oversatt';
    text.replaceWith(font);
  },
};

for (const [what, inject] of Object.entries(INJECTIONS)) {
  test(`N1 the lead's pages answer after ${what}`, async ({ richLead: lead }) => {
    const { page } = lead;
    for (const path of ['/members', '/settings', '/dashboard?add=link']) {
      const letGo = await heldBack(page);
      await page.goto(path, { waitUntil: 'domcontentloaded' });
      await page.evaluate(inject);
      letGo();
      await hydrated(page);
      // A password manager's element is still where it was, and harms nothing.
      if (what.includes('field')) await expect(page.locator('.badge-of-a-password-manager')).toHaveCount(1);
      await page.unrouteAll({ behavior: 'wait' });
      if (path.includes('?')) await page.keyboard.press('Escape');
      await page.getByRole('link', { name: 'Members', exact: true }).click();
      await page.getByRole('link', { name: 'Add member' }).click();
      await expect(page.getByRole('dialog', { name: 'Add member' }).getByLabel('Email addresses')).toBeFocused();
    }
  });

  test(`J2 the join page answers after ${what}`, async ({ richLead: lead, visitor }) => {
    const ada = address('ada');
    await lead.invite(ada);
    const page = await visitor();
    const letGo = await heldBack(page);
    await page.goto(linkIn(await mailTo(ada), '/i/'), { waitUntil: 'domcontentloaded' });
    await page.evaluate(inject);
    letGo();
    await hydrated(page);
    await page.getByLabel('Your name').fill('Ada Lovelace');
    await page.getByRole('button', { name: 'Join and start my shoot' }).click();
    await page.waitForURL('/me');
  });
}

test('I1 D2 what is typed before the scripts are there is not lost, and is unsent', async ({ richLead: lead }) => {
  const { page } = lead;
  const dialog = page.getByRole('dialog', { name: 'Add member' });
  const letGo = await heldBack(page);
  await page.goto('/members?add=invite', { waitUntil: 'domcontentloaded' });
  await dialog.getByLabel('Email addresses').fill('ada@x.example, grace@x.example');
  await dialog.getByLabel('Note to them').fill('See you there');
  letGo();
  await hydrated(page);
  await expect(dialog.locator('.chip > .text')).toHaveText(['ada@x.example', 'grace@x.example']);
  await expect(dialog.getByRole('button', { name: 'Invite 2 members' })).toBeEnabled();
  await expect(dialog.getByLabel('Note to them')).toHaveValue('See you there');
  await page.keyboard.press('Escape');
  await expect(dialog.getByText('Close without sending?')).toBeVisible();
});

for (const [tab, field] of [['managed', 'Name'], ['link', 'Label']] as const) {
  test(`D2 an early ${field} on the tab ${tab} is unsent`, async ({ richLead: lead }) => {
    const { page } = lead;
    const dialog = page.getByRole('dialog', { name: 'Add member' });
    const letGo = await heldBack(page);
    await page.goto(`/members?add=${tab}`, { waitUntil: 'domcontentloaded' });
    await dialog.getByLabel(field).first().fill('Bob');
    letGo();
    await hydrated(page);
    await expect(dialog.getByLabel(field).first()).toHaveValue('Bob');
    await page.keyboard.press('Escape');
    await expect(dialog.getByText('Close without sending?')).toBeVisible();
  });
}

for (const [tab, field] of [
  ['invite', 'Email addresses'],
  ['link', 'Domain restriction'],
  ['managed', 'Name'],
] as const) {
  test(`D2 the tab ${tab} takes what is typed at once, and waking takes nobody out of a field`, async ({
    richLead: lead,
  }) => {
    const { page } = lead;
    const dialog = page.getByRole('dialog', { name: 'Add member' });
    const letGo = await heldBack(page);
    await page.goto(`/members?add=${tab}`, { waitUntil: 'domcontentloaded' });
    await expect(dialog.getByLabel(field).first()).toBeFocused();
    await page.keyboard.type('a');
    await expect(dialog.getByLabel(field).first()).toHaveValue('a');
    const other = dialog.getByRole('tabpanel').getByRole('textbox').nth(1);
    await other.focus();
    await page.keyboard.type('See');
    letGo();
    await hydrated(page);
    await expect(other).toBeFocused();
    await page.keyboard.type(' you');
    await expect(other).toHaveValue('See you');
  });
}

test('I1 a half-typed address can be typed on when the scripts arrive', async ({ richLead: lead }) => {
  const { page } = lead;
  const dialog = page.getByRole('dialog', { name: 'Add member' });
  const letGo = await heldBack(page);
  await page.goto('/members?add=invite', { waitUntil: 'domcontentloaded' });
  await dialog.getByLabel('Email addresses').fill('ada@x.exam');
  letGo();
  await hydrated(page);
  await expect(dialog.getByLabel('Email addresses')).toHaveValue('ada@x.exam');
  await expect(dialog.getByLabel('Email addresses')).toBeFocused();
  await page.keyboard.press('End');
  await page.keyboard.type('ple,');
  await expect(dialog.locator('.chip > .text')).toHaveText(['ada@x.example']);
});

test('I3 I13 a plain form names who was left out, and the page takes the rest over', async ({ richLead: lead }) => {
  const { page } = lead;
  const [ada, grace] = [address('ada'), address('grace')];
  await lead.invite(grace);
  const dialog = page.getByRole('dialog', { name: 'Add member' });
  let letGo = await heldBack(page);
  await page.goto('/members?add=invite', { waitUntil: 'domcontentloaded' });
  await dialog.getByLabel('Email addresses').fill(`${ada}, ${grace}, broken@`);
  await dialog.getByLabel('Note to them').fill('See you there');
  await dialog.getByRole('button', { name: 'Invite', exact: true }).click();
  await expect(dialog.getByText('1 invite is being sent. 2 addresses stayed here')).toBeVisible();
  letGo();
  await hydrated(page);
  await expect(page).toHaveURL('/members?add=invite');
  await expect(dialog.locator('.chip > .text > span')).toHaveText([grace, 'broken@']);
  await expect(dialog.getByLabel('Note to them')).toHaveValue('See you there');
  await expect(dialog.getByText(`${grace}: Already invited.`)).toBeVisible();
  await mailTo(ada);

  // On their behalf it goes on to the photos.
  await page.unrouteAll({ behavior: 'wait' });
  letGo = await heldBack(page);
  await page.goto('/members?add=managed', { waitUntil: 'domcontentloaded' });
  await dialog.getByLabel('Name').first().fill('Bob Builder');
  await dialog.getByRole('button', { name: 'Add member' }).click();
  await expect(page.getByRole('heading', { name: 'Photos of Bob' })).toBeVisible();
  letGo();
});

test('I3 the button counts on a translated page too', async ({ richLead: lead }) => {
  const { page } = lead;
  await open(page, '/members?add=invite');
  const dialog = page.getByRole('dialog', { name: 'Add member' });
  await expect(dialog.getByLabel('Email addresses')).toBeFocused();
  // As Chrome's own translation does: each text that may be translated moves into an element of its own.
  await page.evaluate(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const texts: Text[] = [];
    while (walker.nextNode()) texts.push(walker.currentNode as Text);
    for (const text of texts) {
      if (!text.data.trim() || text.parentElement!.closest('[translate=no], script, style, textarea')) continue;
      const font = document.createElement('font');
      font.textContent = text.data;
      text.replaceWith(font);
    }
  });
  await page.keyboard.type('ada@x.example');
  await expect(dialog.getByRole('button', { name: 'Invite 1 member', exact: true })).toBeEnabled();
  await page.keyboard.type(',grace@x.example,');
  await expect(dialog.getByRole('button', { name: 'Invite 2 members', exact: true })).toBeEnabled();
  await expect(dialog.getByText('2 will be invited.')).toBeVisible();
});

for (const [view, path] of [['a row', '/members'], ['a card', '/members?view=grid']] as const) {
  test(`N1 P2 ${view} whose turn has not come answers who touches it, and goes as any other`, async ({
    richLead: lead,
    visitor,
  }) => {
    const { page } = lead;
    const [ada, id] = [address('ada'), unique()];
    await lead.invite(ada, ...Array.from({ length: 30 }, (_, n) => `p${n + 10}.${id}@northwind.example`));
    const link = linkIn(await mailTo(ada), '/i/');
    const people = page.locator('tbody tr, .people > li');
    const invited = (name: string) => people.filter({ hasText: `${name}.${id}` });
    const selected = page.getByRole('group', { name: 'With those who are selected' });
    await open(page, path);
    await expect(people.filter({ hasText: 'Sent' })).toHaveCount(31);
    // From now on the browser never has time, so that all wait until they are touched.
    await page.addInitScript(() => {
      window.requestIdleCallback = () => 0;
    });
    await page.reload();
    await hydrated(page);

    // ---- a click is the first that is heard of it, and what others put into it meanwhile is in nobody's way
    await invited('p39').evaluate((row) => row.querySelector('input')!.after(document.createElement('i')));
    await invited('p39').getByRole('checkbox').click();
    await expect(selected).toContainText('1 selected');
    await expect(invited('p39').getByRole('checkbox')).toBeChecked();
    await expect(invited('p39')).toContainText('Sent today');
    await expect(invited('p39').locator('i')).toHaveCount(1);
    await expect(invited('p38')).not.toContainText('today');

    // ---- so it is without a pointer: by a screen reader, by keys
    await invited('p38').getByRole('checkbox').evaluate((box: HTMLInputElement) => box.click());
    await expect(selected).toContainText('2 selected');
    await invited('p37').getByRole('checkbox').focus();
    await page.keyboard.press('Space');
    await expect(selected).toContainText('3 selected');

    // ---- in another order, with somebody who joined and without somebody who was revoked, the others still wait
    await page.getByRole('combobox', { name: 'Sort by' }).selectOption('Name, Z to A');
    await expect(people.first()).toContainText(`p39.${id}`);
    await join((await visitor()).context().request, link, 'Zoe Ada');
    await expect(people.first()).toContainText('Zoe Ada');
    const menu = await invited('p20').getByRole('button', { name: /^Actions/ }).getAttribute('id');
    const { request } = page.context();
    await post(request, '/fn/invites/revoke', { org: await orgId(request), invites: menu!.replace('acts-', '') });
    await expect(invited('p20')).toHaveCount(0);
    await expect(people).toHaveCount(31);
    await expect(invited('p21')).not.toContainText('today');
    await invited('p21').getByRole('button', { name: /^Actions/ }).click();
    await expect(page.getByRole('menu')).toBeVisible();
  });
}

test('P1 N1 a list whose turn has not come follows the address', async ({ richLead: lead }) => {
  const { page } = lead;
  await lead.invite(address('ada'), address('ben'), address('cid'));
  // The browser has time when the test says so.
  await page.addInitScript(() => {
    const held: (() => void)[] = [];
    Object.assign(window, { held });
    window.requestIdleCallback = (call) => held.push(() => call({ didTimeout: false, timeRemaining: () => 5 }));
  });
  const letRun = () =>
    page.evaluate(() => {
      const { held } = window as unknown as { held: (() => void)[] };
      for (let call = held.shift(); call; call = held.shift()) call();
    });
  const rows = page.locator('tbody tr');
  const tab = page.locator('nav.tabs [aria-current=page]');
  const sort = page.getByRole('combobox', { name: 'Sort by' });

  // ---- by a tab, and Back
  await open(page, '/members');
  await page.locator('nav.tabs').getByRole('link', { name: /Invited/ }).click();
  await expect(rows).toHaveCount(3);
  await expect(tab).toContainText('Invited');
  await page.goBack();
  await expect(rows).toHaveCount(4);
  await letRun();
  await expect(tab).toContainText('All');

  // ---- a choice is the first that is heard of the filters
  await page.reload();
  await hydrated(page);
  await sort.selectOption('Name, Z to A');
  await expect(page).toHaveURL('/members?sort=-name');
  await expect(rows.last()).toContainText('ada');
  await letRun();
  await expect(sort).toHaveValue('-name');

  // ---- away, and its turn comes when it is gone
  await open(page, '/members');
  await page.getByRole('link', { name: 'Teams', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Teams', exact: true })).toBeVisible();
  await letRun();
  await page.goBack();
  await expect(rows).toHaveCount(4);

  // ---- as photos, and as a table again
  await page.reload();
  await hydrated(page);
  await page.getByRole('link', { name: 'As photos' }).click();
  await expect(page.locator('.people > li')).toHaveCount(4);
  await page.goBack();
  await rows.first().getByRole('checkbox').click();
  await letRun();
  await expect(page.getByRole('group', { name: 'With those who are selected' })).toContainText('1 selected');
});

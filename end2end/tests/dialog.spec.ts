// The Add-member dialog by keyboard, by address, and when one changes one's mind. D1, D2, N5
import { expect, open, test, type Page } from '../fixtures.ts';

const dialogOf = (page: Page) => page.getByRole('dialog', { name: 'Add member' });
const panelOf = (page: Page, name: string) => dialogOf(page).getByRole('tabpanel', { name });

test('D2 focus goes into the dialog, stays there, and comes back', async ({ richLead: lead }) => {
  const { page } = lead;
  await open(page, '/members');
  const opener = page.getByRole('link', { name: 'Add member' });
  await opener.focus();
  await page.keyboard.press('Enter');
  const dialog = dialogOf(page);
  await expect(dialog.getByLabel('Email addresses')).toBeFocused();

  // Once around in both directions; the browser's own bars count as outside the page.
  for (const key of ['Tab', 'Shift+Tab']) {
    const seen = new Set<string>();
    for (let n = 0; n < 25; n++) {
      await page.keyboard.press(key);
      const where = await page.evaluate(() => {
        const active = document.activeElement!;
        if (active === document.body) return 'browser';
        return active.closest('dialog') ? (active.getAttribute('aria-label') ?? active.textContent ?? active.id) : 'page';
      });
      seen.add(where.trim());
    }
    expect([...seen]).not.toContain('page');
    expect([...seen]).toEqual(expect.arrayContaining(['Close', 'Send invite', 'Cancel']));
  }

  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(page).toHaveURL('/members');
  await expect(opener).toBeFocused();
  for (const close of ['Close', 'Cancel']) {
    await opener.click();
    await dialog.getByRole('button', { name: close }).click();
    await expect(dialog).toBeHidden();
    await expect(opener).toBeFocused();
  }
});

test('D1 D2 arrows, Home and End move between tabs, the address follows, Back and reload know it', async ({
  richLead: lead,
}) => {
  const { page } = lead;
  const dialog = dialogOf(page);
  const tab = (name: string) => dialog.getByRole('tab', { name });
  const isOpen = async (name: string, word: string) => {
    await expect(tab(name)).toHaveAttribute('aria-selected', 'true');
    await expect(dialog.getByRole('tab', { selected: true })).toHaveCount(1);
    await expect(panelOf(page, name)).toBeVisible();
    await expect(dialog.getByRole('tabpanel')).toHaveCount(1);
    await expect(page).toHaveURL(`/dashboard?add=${word}`);
  };

  await open(page, '/dashboard');
  await page.getByRole('link', { name: 'Add member' }).click();
  await isOpen('Send invite', 'invite');
  await tab('Send invite').focus();
  for (const [key, name, word] of [
    ['ArrowRight', 'Open invite', 'link'],
    ['ArrowRight', 'Add on their behalf', 'managed'],
    ['ArrowRight', 'Send invite', 'invite'],
    ['ArrowLeft', 'Add on their behalf', 'managed'],
    ['Home', 'Send invite', 'invite'],
    ['End', 'Add on their behalf', 'managed'],
  ] as const) {
    await page.keyboard.press(key);
    await isOpen(name, word);
    await expect(tab(name)).toBeFocused();
  }
  // Of the tabs only the chosen one is in the order of Tab.
  await expect(dialog.locator('[role=tab][tabindex="0"]')).toHaveCount(1);

  await page.reload();
  await expect(page.locator('html[data-hydrated]')).toBeAttached();
  await isOpen('Add on their behalf', 'managed');

  // One step back closes, one forth opens again.
  await open(page, '/dashboard');
  await page.getByRole('link', { name: 'Add member' }).click();
  await isOpen('Send invite', 'invite');
  await page.goBack();
  await expect(dialog).toBeHidden();
  await expect(page).toHaveURL('/dashboard');
  await page.goForward();
  await isOpen('Send invite', 'invite');
  await page.goBack();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
});

test('D2 what was typed stays through the tabs, and closing asks before it is lost', async ({ richLead: lead }) => {
  const { page } = lead;
  const dialog = dialogOf(page);
  const tab = (name: string) => dialog.getByRole('tab', { name });
  await open(page, '/dashboard');
  await page.getByRole('link', { name: 'Add member' }).click();
  await expect(panelOf(page, 'Send invite').getByLabel('Email addresses')).toBeFocused();
  await page.keyboard.type('ada@northwind.example,gra');
  await panelOf(page, 'Send invite').getByLabel('Note to them').fill('Hello');
  await tab('Open invite').click();
  await panelOf(page, 'Open invite').getByLabel('Usage limit').fill('12');
  await tab('Add on their behalf').click();
  await panelOf(page, 'Add on their behalf').getByLabel('Name').fill('Nora');

  await tab('Send invite').click();
  await expect(dialog.locator('.chip').first()).toContainText('ada@northwind.example');
  await expect(panelOf(page, 'Send invite')).toContainText('gra');
  await expect(panelOf(page, 'Send invite').getByLabel('Note to them')).toHaveValue('Hello');
  await tab('Open invite').click();
  await expect(panelOf(page, 'Open invite').getByLabel('Usage limit')).toHaveValue('12');
  await tab('Add on their behalf').click();
  await expect(panelOf(page, 'Add on their behalf').getByLabel('Name')).toHaveValue('Nora');

  // Every way out asks; the question's own Escape means to stay.
  const question = dialog.getByRole('alertdialog', { name: 'Close without sending?' });
  for (const leave of [
    () => page.keyboard.press('Escape'),
    () => dialog.getByRole('button', { name: 'Close' }).click(),
    () => dialog.getByRole('button', { name: 'Cancel' }).click(),
  ]) {
    await leave();
    await expect(question.getByRole('button', { name: 'Keep editing' })).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(question).toBeHidden();
    await expect(dialog).toBeVisible();
  }
  await page.keyboard.press('Escape');
  await question.getByRole('button', { name: 'Discard and close' }).click();
  await expect(dialog).toBeHidden();
  await expect(page).toHaveURL('/dashboard');

  // Nothing was sent, nothing is left.
  await page.getByRole('link', { name: 'Add member' }).click();
  await expect(dialog.locator('.chip')).toHaveCount(0);
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
});

test('D2 Back asks too before something typed is lost, as often as it is pressed', async ({ richLead: lead }) => {
  const { page } = lead;
  await open(page, '/dashboard');
  await page.getByRole('link', { name: 'Add member' }).click();
  const dialog = dialogOf(page);
  const field = dialog.getByLabel('Email addresses');
  await expect(field).toBeFocused();
  await page.keyboard.type('ada@northwind.example,');
  const question = dialog.getByRole('alertdialog', { name: 'Close without sending?' });
  for (const _ of ['first', 'second']) {
    await page.goBack();
    await question.getByRole('button', { name: 'Keep editing' }).click();
    await expect(question).toBeHidden();
    await expect(page).toHaveURL('/dashboard?add=invite');
    await expect(dialog.locator('.chip')).toHaveCount(1);
    await expect(field).toBeFocused();
  }
  await page.goBack();
  await question.getByRole('button', { name: 'Discard and close' }).click();
  await expect(dialog).toBeHidden();
  await expect(page).toHaveURL('/dashboard');
});

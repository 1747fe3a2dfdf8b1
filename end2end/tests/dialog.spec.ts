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

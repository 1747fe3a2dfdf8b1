// What is typed, pasted, dropped and pressed in unusual ways. I1, I3, H1, N1, N5
import type { Route } from '@playwright/test';

import { address, expect, hydrated, open, test, unique, type Page } from '../fixtures.ts';
import { codeFor, mailsTo } from '../support/mailbox.ts';
import { paste } from '../support/paste.ts';

const dialogOf = (page: Page) => page.getByRole('dialog', { name: 'Add member' });
const field = (page: Page) => dialogOf(page).getByLabel('Email addresses');
const chips = (page: Page) => dialogOf(page).locator('.chip > .text > span');
const inviteButton = (page: Page, people: string) =>
  dialogOf(page).getByRole('button', { name: `Invite ${people}`, exact: true });

async function openDialog(page: Page): Promise<void> {
  await open(page, '/members?add=invite');
  await expect(field(page)).toBeFocused();
}

/** Drops files onto an element; gives whether something took them. */
async function dropFiles(page: Page, selector: string, files: Record<string, string>): Promise<boolean> {
  return page.locator(selector).evaluate((element, files) => {
    const dataTransfer = new DataTransfer();
    for (const [name, text] of Object.entries(files)) dataTransfer.items.add(new File([text], name, { type: 'text/csv' }));
    const event = (kind: string) => new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true });
    element.dispatchEvent(event('dragover'));
    return !element.dispatchEvent(event('drop'));
  }, files);
}

test('I3 what stands in the field counts at once, and a pasted address becomes a chip', async ({ richLead: lead }) => {
  const { page } = lead;
  const ada = address('ada');
  await openDialog(page);
  await expect(inviteButton(page, '0 members')).toBeDisabled();
  await page.keyboard.type(ada.slice(0, 5));
  await expect(inviteButton(page, '0 members')).toBeDisabled();
  await page.keyboard.type(ada.slice(5));
  await expect(inviteButton(page, '1 member')).toBeEnabled();
  await expect(chips(page)).toHaveCount(0);
  await page.keyboard.press('Enter');
  await expect(inviteButton(page, '1 member')).toBeEnabled();
  // Once more in the field: the same person.
  await page.keyboard.type(ada);
  await expect(inviteButton(page, '1 member')).toBeEnabled();
  await field(page).fill('');
  await paste(page, address('grace'));
  await expect(chips(page)).toHaveCount(2);
  await expect(inviteButton(page, '2 members')).toBeEnabled();
  // A piece of an address can still be typed on.
  await page.keyboard.type('alan');
  await paste(page, '@x.example').catch(() => {});
  await expect(chips(page)).toHaveCount(2);
  await field(page).fill(address('alan'));
  await inviteButton(page, '3 members').click();
  await expect(page.getByText('3 invites are being sent.')).toBeVisible();
});

test('I1 Enter while a character is composed makes no chip; a comma of a phone does', async ({ richLead: lead }) => {
  const { page } = lead;
  await openDialog(page);
  await page.keyboard.type('ada@x.example');
  for (const how of [{ isComposing: true }, { keyCode: 229 }]) {
    await field(page).evaluate(
      (input, how) => input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true, ...how })),
      how,
    );
  }
  await expect(chips(page)).toHaveCount(0);
  const put = (value: string, composing: boolean) =>
    field(page).evaluate(
      (input: HTMLInputElement, [value, isComposing]) => {
        input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Unidentified', keyCode: 229, bubbles: true }));
        input.value = value;
        input.dispatchEvent(new InputEvent('input', { inputType: 'insertText', isComposing, bubbles: true }));
      },
      [value, composing] as const,
    );
  await put('ada@x.example,', false);
  await expect(chips(page)).toHaveText(['ada@x.example']);
  await expect(field(page)).toHaveValue('');
  await put('grace@x.example、', true);
  await expect(chips(page)).toHaveCount(1);
  await field(page).evaluate((input) => input.dispatchEvent(new CompositionEvent('compositionend', { bubbles: true })));
  await expect(chips(page)).toHaveText(['ada@x.example', 'grace@x.example']);
});

test('I1 several files are all read, what is none says so, and a drop beside its place leads nowhere', async ({
  richLead: lead,
}) => {
  const { page } = lead;
  const dialog = dialogOf(page);
  await openDialog(page);
  await dropFiles(page, '.box.chips', {
    'one.csv': 'email,name\nada@x.example,Ada',
    'two.csv': 'email,name\ngrace@x.example,Grace',
    'header.csv': 'email,name,team,job title\n',
    'sheet.xlsx': 'PK',
  });
  await expect(chips(page)).toHaveText(['ada@x.example', 'grace@x.example']);
  await expect(dialog.getByText(/There are no addresses in this file\..*sheet\.xlsx is a spreadsheet/)).toBeVisible();
  await dropFiles(page, '.box.chips', { 'nul.csv': 'email,name\nadal@acme.example,Ada\0L\nbob@acme.example,Bob\n' });
  await expect(chips(page)).toHaveCount(4);
  await expect(inviteButton(page, '3 members')).toBeEnabled();

  // The browser would open the file instead of the page.
  expect(await dropFiles(page, '#f-note', { 'one.csv': 'x@x.example' })).toBe(true);
  await expect(chips(page)).toHaveCount(4);

  // What a browser calls a folder.
  await page.evaluate(() => {
    DataTransferItem.prototype.webkitGetAsEntry = () => ({ isDirectory: true, name: 'Lists' }) as FileSystemEntry;
  });
  await dropFiles(page, '.box.chips', { Lists: '' });
  await expect(dialog.getByText('Lists is a folder. Open it and drop the files that are in it.')).toBeVisible();
});

test('H1 a dropped folder is told from a photo, and a drop beside the zone leads nowhere', async ({ lead }) => {
  const { page } = lead;
  await open(page, '/me');
  expect(await dropFiles(page, 'h1', { 'photo.jpg': 'x' })).toBe(true);
  await page.evaluate(() => {
    DataTransferItem.prototype.webkitGetAsEntry = () => ({ isDirectory: true, name: 'Holiday' }) as FileSystemEntry;
  });
  await dropFiles(page, 'label.drop', { Holiday: '' });
  const tile = page.getByRole('listitem').filter({ hasText: 'Holiday' });
  await expect(tile.getByRole('alert')).toHaveText('This is a folder. Open it and drop the photos that are in it.');
  await tile.getByRole('button', { name: 'Dismiss Holiday' }).click();
  await expect(tile).toHaveCount(0);
});

test('N1 a post that was stopped can be sent again', async ({ page }) => {
  await open(page, '/sign-in');
  // While a navigation is under way nothing can be asked of the page, so it takes notes itself.
  await page.evaluate(() => {
    const seen: (string | null)[] = ((window as unknown as { seen: unknown }).seen = []);
    const form = document.querySelector('form')!;
    new MutationObserver(() => seen.push(form.getAttribute('aria-busy'))).observe(form, { attributes: true });
  });
  const form = page.locator('form');
  const send = page.getByRole('button', { name: 'Send me a code' });
  await page.getByLabel('Email').fill(address('ada'));
  // By its key, and by the button of the browser, of which a page is told nothing but that it was stopped.
  for (const key of ['Escape', null]) {
    const post = new Promise<Route>((began) => void page.route('**/sign-in', (route) => began(route), { times: 1 }));
    await send.click({ noWaitAfter: true });
    const underWay = await post;
    if (key) await page.keyboard.press(key);
    await underWay.abort('aborted');
    await expect(form).not.toHaveAttribute('aria-busy', 'true');
  }
  expect(await page.evaluate(() => (window as unknown as { seen: unknown }).seen)).toEqual(['true', null, 'true', null]);
  await send.click();
  await page.waitForURL('/sign-in/code');
});

test('N3 six digits are sent by themselves; another code can be asked for on the page', async ({ page }) => {
  const own = address('ada');
  await open(page, '/');
  await page.getByLabel('Email').fill(own);
  await page.getByRole('button', { name: 'Send me a code' }).click();
  await page.waitForURL('/sign-in/code');
  await hydrated(page);
  const first = await codeFor(own);
  const again = page.getByRole('button', { name: /^Send another code/ });
  await expect(again).toBeDisabled();
  await expect(again).toHaveText(/in \d+ seconds/);
  await expect(again).toBeEnabled({ timeout: 45_000 });
  await again.click();
  await expect.poll(async () => (await mailsTo(own)).length).toBe(2);
  await expect(page).toHaveURL('/sign-in/code');
  await expect(page.getByText(own)).toBeVisible();
  await hydrated(page);
  await expect(again).toBeDisabled();
  // The first works as well, and nobody presses a button.
  await page.getByLabel('Code').pressSequentially(first);
  await page.waitForURL('/welcome');
});

test('N5 all chips are one stop of the Tab key, each says why it is not invited', async ({ richLead: lead }) => {
  const { page } = lead;
  const id = unique();
  await openDialog(page);
  await paste(page, Array.from({ length: 30 }, (_, n) => `p${n}-${id}@x.example`).join(', ') + ', broken@');
  await expect(chips(page)).toHaveCount(31);
  const bad = dialogOf(page).getByRole('button', { name: /^broken@, needs fixing, edit/ });
  await expect(bad).toHaveAccessibleDescription(/cut short|domain|missing/i);
  await expect(dialogOf(page).locator('.chip [tabindex="0"]')).toHaveCount(1);
  await field(page).focus();
  await page.keyboard.press('Shift+Tab');
  await expect(bad).toBeFocused();
  await page.keyboard.press('Shift+Tab');
  await expect(page.locator('.chip :focus')).toHaveCount(0);
  await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Delete');
  await expect(chips(page)).toHaveCount(30);
  await expect(bad).toBeFocused();
});

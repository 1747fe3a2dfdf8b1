// The address field: real pastes, CSV files, mending in place, the keyboard, thousands. I1, I3, I13
import { address, axe, expect, open, test, unique, type Page } from '../fixtures.ts';
import { mailTo } from '../support/mailbox.ts';
import { drop, paste, sample, samplePath } from '../support/paste.ts';
import { post, orgId } from '../support/people.ts';

const dialogOf = (page: Page) => page.getByRole('dialog', { name: 'Add member' });
const inviteButton = (page: Page, people: string) =>
  dialogOf(page).getByRole('button', { name: `Invite ${people}`, exact: true });
const field = (page: Page) => dialogOf(page).getByLabel('Email addresses');
/** The text of each chip, and the word behind it. */
const chips = (page: Page) => dialogOf(page).locator('.chip > .text');

async function clear(page: Page): Promise<void> {
  const remove = dialogOf(page).getByRole('button', { name: /^Remove / });
  while ((await remove.count()) > 0) await remove.first().click();
  await field(page).focus();
}

test('I1 QUALITY screens 1: real pastes from Outlook, Gmail, Apple Mail, Excel, Google Sheets and CSV become their chips', async ({
  richLead: lead,
}) => {
  const { page } = lead;
  const expected = JSON.parse(await sample('expected.json')) as Record<string, (string | null)[][]>;
  await open(page, '/dashboard?add=invite');
  await expect(field(page)).toBeFocused();
  for (const [file, entries] of Object.entries(expected)) {
    await clear(page);
    await paste(page, await sample(file));
    const texts = entries.map(([text]) => text!.replace(/^[!=] /, ''));
    await expect(chips(page).locator('> span'), file).toHaveText(texts, { ignoreCase: true });
    const words = entries.map(([text, , team]) => {
      if (text!.startsWith('!')) return 'needs fixing';
      if (text!.startsWith('=')) return 'listed twice';
      return team ? `no team “${team}”` : '';
    });
    for (const [at, word] of words.entries()) {
      await expect(chips(page).nth(at).locator('small'), `${file} ${at}`).toHaveText(word === '' ? [] : [word]);
    }
    const fine = words.filter((word) => word === '').length;
    await expect(inviteButton(page, fine === 1 ? '1 member' : `${fine} members`), file).toBeVisible();
  }
});

test('I1 a CSV file is dropped or picked, in whatever encoding; missing teams are made, other columns named', async ({
  richLead: lead,
}) => {
  const { page } = lead;
  const dialog = dialogOf(page);
  await open(page, '/dashboard?add=invite');
  await expect(field(page)).toBeFocused();

  // What Excel writes on an older Windows, picked.
  await dialog.getByLabel('Choose a CSV file').setInputFiles(samplePath('windows.csv'));
  await expect(chips(page)).toHaveCount(2);
  await expect(dialog.getByTitle('Jürgen Müller, Leiter, Vertrieb')).toBeVisible();
  await expect(dialog.getByText('“Vertrieb” isn’t a team yet (1 person).')).toBeVisible();
  await dialog.getByRole('button', { name: 'No team', exact: true }).click();
  await expect(inviteButton(page, '2 members')).toBeEnabled();
  await clear(page);

  // A quoted one, dropped: its teams are made on the way.
  await drop(page, samplePath('quoted.csv'));
  await expect(chips(page)).toHaveCount(3);
  await expect(dialog.getByText('The column Start date was not used.')).toBeVisible();
  await expect(inviteButton(page, '0 members')).toBeDisabled();
  await axe(page);
  await dialog.getByRole('button', { name: 'Create team Sales' }).click();
  await expect(page.getByText('Sales created.')).toBeVisible();
  await expect(inviteButton(page, '2 members')).toBeEnabled();
  await dialog.getByRole('button', { name: 'Create team Ops' }).click();
  await expect(inviteButton(page, '3 members')).toBeEnabled();
  await expect(dialog.getByRole('combobox', { name: 'Team' })).toContainText('Sales');

  // What is no list says so and changes nothing.
  await drop(page, samplePath('../../public/og.png'));
  await expect(dialog.getByText('og.png is not text. Save the list as CSV.')).toBeVisible();
  await expect(chips(page)).toHaveCount(3);
  await inviteButton(page, '3 members').click();
  await expect(dialog).toBeHidden();
  await page.goto('/members');
  await expect(page.getByRole('row').filter({ hasText: 'alan@bletchley.example' })).not.toContainText('No team');
  await expect(page.getByRole('cell', { name: 'Sales', exact: true })).toHaveCount(2);
});

test('I1 D2 QUALITY screens 2: the keyboard adds, moves, mends and takes away', async ({ richLead: lead }) => {
  const { page } = lead;
  const dialog = dialogOf(page);
  await open(page, '/dashboard?add=invite');
  await expect(field(page)).toBeFocused();
  await expect(inviteButton(page, '0 members')).toBeDisabled();
  await page.keyboard.type('ada@x.example,grace@x.example;alan@x.example');
  await page.keyboard.press('Enter');
  await expect(chips(page)).toHaveText(['ada@x.example', 'grace@x.example', 'alan@x.example']);
  await expect(field(page)).toBeFocused();

  // Backspace mends the last in its place; Escape leaves it as it was, and the dialog open.
  await page.keyboard.press('Backspace');
  const mending = dialog.getByLabel('Address', { exact: true });
  await expect(mending).toBeFocused();
  await page.keyboard.type('typo');
  await page.keyboard.press('Escape');
  await expect(chips(page).last()).toHaveText('alan@x.example');
  await expect(field(page)).toBeFocused();
  await page.keyboard.press('Backspace');
  await expect(mending).toBeFocused();
  await page.keyboard.type('alan@bletchley.example');
  await page.keyboard.press('Enter');
  await expect(chips(page).last()).toHaveText('alan@bletchley.example');

  // The arrows move along the chips and back into the field.
  await expect(field(page)).toBeFocused();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await expect(dialog.getByRole('button', { name: 'grace@x.example, edit' })).toBeFocused();
  await page.keyboard.press('Delete');
  await expect(chips(page)).toHaveText(['ada@x.example', 'alan@bletchley.example']);
  await expect(dialog.getByRole('button', { name: 'alan@bletchley.example, edit' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(mending).toBeFocused();
  await page.keyboard.press('Escape');

  // A likely slip is offered, never taken; an address that is right stays.
  await page.keyboard.type('kat@gmial.com ');
  await page.keyboard.press('Enter');
  await expect(dialog.getByText('kat@gmial.com Did you mean gmail.com?')).toBeVisible();
  await expect(inviteButton(page, '3 members')).toBeEnabled();
  await dialog.getByRole('button', { name: 'Yes, use it' }).click();
  await expect(chips(page).last()).toHaveText('kat@gmail.com');
  await page.keyboard.type('kit@northwnd.example,');
  await dialog.getByRole('button', { name: 'Keep as typed' }).click();
  await expect(dialog.getByText('Did you mean')).toHaveCount(0);
  await expect(inviteButton(page, '4 members')).toBeEnabled();
  await axe(page);
});

test('I3 I13 a part that cannot be sent stays with its reason, the rest goes', async ({ richLead: lead }) => {
  const { page } = lead;
  const dialog = dialogOf(page);
  const [ada, grace, late] = [address('ada'), address('grace'), address('late')];
  await lead.invite(grace);
  await mailTo(grace);
  await open(page, '/dashboard?add=invite');
  await paste(page, `${ada}, ${grace}, ${late}, broken@, ${lead.address}`);
  await expect(dialog.locator('.chip').filter({ hasText: 'already invited' })).toContainText(grace);
  await expect(inviteButton(page, '2 members')).toBeVisible();

  // Somebody else invites one of them between the look and the press.
  const request = page.context().request;
  await post(request, '/fn/invites/send', { org: await orgId(request), addresses: late, team: '', note: '' });
  await inviteButton(page, '2 members').click();
  await expect(page.getByText('1 invite is being sent. 1 address stayed here, with its reason.')).toBeVisible();
  await expect(chips(page)).toHaveCount(4);
  await expect(dialog.locator('.chip').filter({ hasText: late })).toContainText('Already invited.');
  await mailTo(ada);

  // Reminding from here: not within the hour.
  await dialog.getByRole('listitem').filter({ hasText: `${grace} is already invited.` }).getByRole('button', { name: 'Remind' }).click();
  await expect(page.getByText(/They were emailed within the hour\. Remind them again after/)).toBeVisible();
  await dialog.getByRole('button', { name: 'Remove all of these' }).click();
  await expect(chips(page)).toHaveCount(0);
});

test('I13 N7 five thousand addresses stay fluid, are sent while one looks on, and one may leave', async ({
  richLead: lead,
}) => {
  test.slow();
  const { page } = lead;
  const dialog = dialogOf(page);
  const id = unique();
  const many = Array.from({ length: 5_000 }, (_, n) => `p${n}-${id}@northwind.example`);
  await open(page, '/dashboard?add=invite');
  await paste(page, [...many, many[17]!, 'broken@'].join('\n'));
  await expect(inviteButton(page, '5000 members')).toBeEnabled({ timeout: 120_000 });
  await expect(dialog.getByText('5000 will be invited. 1 needs fixing, 1 will be left out.')).toBeVisible();
  await expect(dialog.getByRole('button', { name: 'Show 4922 more' })).toBeVisible();
  await inviteButton(page, '5000 members').click();
  await expect(page.getByText('5000 invites are being sent. You can leave; the Members page shows how far it is.')).toBeVisible({ timeout: 120_000 });
  await dialog.getByRole('button', { name: 'Remove broken@' }).click();
  await page.keyboard.press('Escape');
  await open(page, '/members');
  const progress = page.getByRole('progressbar', { name: 'Invites sent' });
  await expect(progress).toBeVisible();
  await expect(page.getByText('Sending 5000 invites')).toBeVisible();
  await expect(progress).not.toHaveAttribute('value', '0');
  await expect(page.getByText('1 member, 5000 invites pending.')).toBeVisible();
  await expect(page.getByRole('checkbox', { name: /^Select p\d/ })).toHaveCount(49);
  await page.getByRole('link', { name: 'Next' }).click();
  await expect(page).toHaveURL(/after=/);
  await expect(page.getByRole('checkbox', { name: /^Select p\d/ })).toHaveCount(50);
});

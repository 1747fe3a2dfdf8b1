// When a link closes: presets, typed times in the person's own zone, the two nights on which clocks
// change. L1, N1
import { expect, open, test, unique, type Page } from '../fixtures.ts';
import { grant } from '../support/headcount.ts';
import { signUp } from '../support/people.ts';

// A year in which all of them are still to come.
const YEAR = new Date().getUTCFullYear() + 1;

test('L1 presets fill the field with an evening that most people mean', async ({ richLead: lead }) => {
  const { page } = lead;
  // Eleven in the morning in Oslo, so that today is still a choice.
  await page.clock.setFixedTime(`${YEAR}-01-31T10:00:00Z`);
  await open(page, '/members?add=link');
  const { field, preset } = expiry(page);
  for (const [name, local] of [
    ['Today 18:00', `${YEAR}-01-31T18:00`],
    ['Tomorrow', `${YEAR}-02-01T18:00`],
    ['In a week', `${YEAR}-02-07T18:00`],
    ['In a month', new Date(Date.UTC(YEAR, 2, 0, 18)).toISOString().slice(0, 16)],
  ] as const) {
    await preset(name).click();
    await expect(field).toHaveValue(local);
  }
  // What a preset typed is unsent like what a hand typed. D2
  await page.keyboard.press('Escape');
  await expect(page.getByRole('alertdialog')).toContainText('Close without sending?');
  await page.getByRole('button', { name: 'Keep editing' }).click();
  await create(page);
  await expect(page.locator('.link-row time')).toHaveAttribute('datetime', new Date(Date.UTC(YEAR, 2, 0, 17)).toISOString().replace('.000', ''));

  // In the evening today has passed, and is no choice.
  await page.clock.setFixedTime(`${YEAR}-01-31T17:30:00Z`);
  await open(page, '/members?add=link');
  await expect(preset('Tomorrow')).toBeVisible();
  await expect(preset('Today 18:00')).toHaveCount(0);
});

test('L1 N1 a time that has passed or is half typed is refused at the field', async ({ richLead: lead }) => {
  const { page } = lead;
  await open(page, '/members?add=link');
  const { field, error } = expiry(page);
  await field.fill('2020-02-02T12:00');
  await button(page).click();
  await expect(error).toContainText('This time has passed. Choose a later one.');
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  await expect(field).toBeFocused();
  await field.fill('');
  await field.pressSequentially('3103');
  await button(page).click();
  await expect(error).toContainText('Type both a date and a time');
  // What is wrong with the other fields is said at the same time.
  await page.getByLabel('Domain restriction').fill('no domain');
  await page.getByLabel('Usage limit').fill('many');
  await button(page).click();
  await expect(error).toContainText('Type both a date and a time');
  for (const id of ['l-domains', 'l-usage_limit']) {
    await expect(page.locator(`#${id}`)).toHaveAttribute('aria-invalid', 'true');
    await expect(page.locator(`#${id}-e`)).toBeVisible();
    await page.locator(`#${id}`).fill('');
  }
  await expect(page.locator('.link-row')).toHaveCount(0);
  await field.fill('');
  await create(page);
  await expect(page.locator('.link-row')).not.toContainText('closes');
});

for (const { zone, spring, never, instead, autumn, clock, first, second } of [
  {
    zone: 'Europe/Oslo',
    spring: lastSunday(3),
    never: '02:30',
    instead: '03:30',
    autumn: lastSunday(10),
    clock: '02:30',
    first: '00:30',
    second: '01:30',
  },
  {
    zone: 'America/New_York',
    spring: sunday(3, 2),
    never: '02:30',
    instead: '03:30',
    autumn: sunday(11, 1),
    clock: '01:30',
    first: '05:30',
    second: '06:30',
  },
]) {
  test.describe(zone, () => {
    test.use({ timezoneId: zone });

    test(`L1 the nights on which clocks change in ${zone}`, async ({ visitor }) => {
      const page = await visitor({ timezoneId: zone });
      const who = { address: `dst-${unique()}@northwind.example`, name: 'Dee', org: `Zone ${unique()}` };
      await signUp(page.context().request, who);
      await grant(who.org, 1);
      await open(page, '/members?add=link');
      const { field, error } = expiry(page);
      await expect(page.getByText(`Time zone: ${zone}`)).toBeVisible();

      // In spring an hour is left out.
      await field.fill(`${spring}T${never}`);
      await button(page).click();
      await expect(error).toContainText(`${never} does not exist on`);
      await expect(error).toContainText(`Type ${instead} instead`);
      await field.fill(`${spring}T${instead}`);
      await expect(error).toBeHidden();
      await create(page);
      const newest = page.locator('.link-row').first();
      await expect(newest.locator('time')).toContainText(instead);

      // In autumn an hour comes twice: the first unless the second is asked for.
      const again = page.getByLabel(`${clock} comes twice that night`);
      await expect(again).toHaveCount(0);
      await field.fill(`${autumn}T${clock}`);
      await expect(again).not.toBeChecked();
      await create(page);
      await expect(newest.locator('time')).toHaveAttribute('datetime', `${autumn}T${first}:00Z`);
      await field.fill(`${autumn}T${clock}`);
      await again.check();
      await create(page);
      await expect(newest.locator('time')).toHaveAttribute('datetime', `${autumn}T${second}:00Z`);

      // An edit of something else leaves the second one alone.
      await newest.getByRole('button', { name: /^Edit link/ }).click();
      const form = page.getByRole('form', { name: 'Change the link' });
      await expect(form.getByLabel('Expiration date')).toHaveValue(`${autumn}T${clock}`);
      await expect(form.getByLabel(`${clock} comes twice that night`)).toBeChecked();
      await form.getByLabel('Label').fill('Night shift');
      await form.getByRole('button', { name: 'Save changes' }).click();
      await expect(newest).toContainText('Night shift');
      await expect(newest.locator('time')).toHaveAttribute('datetime', `${autumn}T${second}:00Z`);
    });
  });
}

function expiry(page: Page) {
  const form = page.locator('form.newlink').first();
  return {
    field: form.getByLabel('Expiration date'),
    error: form.locator('#l-expires_at-e'),
    preset: (name: string) => form.getByRole('button', { name, exact: true }),
  };
}

function button(page: Page) {
  return page.getByRole('button', { name: 'Create invite link' });
}

/** Presses the button and waits for one more link. */
async function create(page: Page): Promise<void> {
  const rows = page.locator('.link-row');
  const before = await rows.count();
  await button(page).click();
  await expect(rows).toHaveCount(before + 1);
  await expect(page.getByText('Your link is ready.')).toBeVisible();
}

/** The date of the nth Sunday of a month. */
function sunday(month: number, nth: number): string {
  const first = new Date(Date.UTC(YEAR, month - 1, 1)).getUTCDay();
  return date(month, 1 + ((7 - first) % 7) + (nth - 1) * 7);
}

function lastSunday(month: number): string {
  const last = new Date(Date.UTC(YEAR, month, 0));
  return date(month, last.getUTCDate() - last.getUTCDay());
}

function date(month: number, day: number): string {
  return `${YEAR}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

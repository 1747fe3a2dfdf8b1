// The organization's own settings: what it shows of itself, and its end. H5, J1, L8, P8
import { axe, expect, open, test } from '../fixtures.ts';
import { createLink, signIn } from '../support/people.ts';
import { photo } from '../support/photos.ts';

test('J1 L8 a lead sets name, website, support address and logo, and whoever is invited sees them', async ({
  richLead: lead,
  visitor,
}) => {
  const { page } = lead;
  await open(page, '/settings');
  const section = page.getByRole('region', { name: 'Organization', exact: true });

  // ---- all that is wrong is said at once
  await section.getByLabel('Name').fill(' ');
  await section.getByLabel('Website').fill('not a website');
  await section.getByLabel('Support address').fill('help');
  await section.getByRole('button', { name: 'Save' }).click();
  await expect(section.getByRole('alert').filter({ visible: true })).toHaveCount(3);

  const name = `${lead.org} AS`;
  await section.getByLabel('Name').fill(name);
  await section.getByLabel('Website').fill('northwind.example/about');
  await section.getByLabel('Support address').fill('help@northwind.example');
  await section.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved.')).toBeVisible();
  await axe(page, 'settings');

  // ---- a logo is judged by what is in the file
  await section.getByLabel('Logo').setInputFiles(photo('broken.jpg'));
  await section.getByRole('button', { name: 'Upload logo' }).click();
  await expect(section.getByRole('alert').filter({ visible: true })).toHaveText(/Save your logo/);
  await expect(page).toHaveURL('/settings');
  await section.getByLabel('Logo').setInputFiles(photo('good-01.jpg'));
  await section.getByRole('button', { name: 'Upload logo' }).click();
  await expect(section.getByRole('img', { name: `The logo of ${name}` })).toBeVisible();

  // ---- the page on which people join
  const url = await createLink(page.context().request, {});
  const guest = await visitor();
  await open(guest, new URL(url).pathname);
  await expect(guest.getByRole('img', { name })).toBeVisible();
  await expect(guest.getByRole('link', { name: 'northwind.example/about' })).toBeVisible();
  await expect(guest.locator('meta[property="og:image"]')).toHaveAttribute('content', /\/logos\/[0-9a-f]{32}\/card$/);
  await axe(guest, 'join page with a logo');

  // ---- and the dashboard knows the new name at once
  await page.getByRole('link', { name: 'Dashboard' }).click();
  await expect(section).toBeHidden();
  await expect(page.getByRole('main').getByText(name)).toBeVisible();
});

test('P8 the Owner types the name, every lead reads it, and it is taken back in time', async ({ lead, visitor }) => {
  const { page } = lead;
  await open(page, '/settings');
  const section = page.getByRole('region', { name: 'Delete the organization' });
  const field = section.getByLabel(`Type ${lead.org} to confirm`);
  const button = section.getByRole('button', { name: 'Delete the organization' });
  await field.fill('something else');
  await button.click();
  await expect(section.getByRole('alert').filter({ visible: true })).toContainText(lead.org);
  await field.fill(lead.org);
  await button.click();
  const banner = page.getByRole('status').filter({ hasText: `${lead.org} is deleted` });
  await expect(banner).toBeVisible();
  await axe(page, 'settings before a deletion');

  const elsewhere = await visitor();
  await signIn(elsewhere.context().request, lead.address);
  await open(elsewhere, '/members');
  await expect(elsewhere.getByRole('status').filter({ hasText: `${lead.org} is deleted` })).toBeVisible();

  await section.getByRole('button', { name: 'Keep the organization' }).click();
  await expect(page.getByText('The organization stays.')).toBeVisible();
  await expect(banner).toBeHidden();
  await open(elsewhere, '/members');
  await expect(elsewhere.getByText(`${lead.org} is deleted`)).toBeHidden();
});

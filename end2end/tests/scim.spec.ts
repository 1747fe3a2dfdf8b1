// The Owner's side of a directory: the token on the settings page, and what follows from what the directory does. S6
import { axe, expect, open, test } from '../fixtures.ts';
import { ownDomain, proveDomain } from '../support/sso.ts';

test('S6 the Owner creates a token, the directory adds and deactivates somebody, and the token is revoked', async ({ richLead }) => {
  const page = richLead.page;
  const domain = ownDomain();
  await proveDomain(page, domain);
  const section = page.getByRole('region', { name: 'Directory (SCIM)' });
  await expect(section.getByText('No token yet')).toBeVisible();
  await section.getByRole('button', { name: 'Create token' }).click();
  await expect(section.getByText('It is shown only once')).toBeVisible();
  await expect(section.getByText('Not used yet')).toBeVisible();
  const url = await section.getByText('/scim/v2/').textContent();
  const token = await section.getByText(/^[\w-]{43}$/).textContent();
  await axe(page, 'settings with a token');

  const ask = async (method: string, path: string, body?: object): Promise<Response> =>
    fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
      body: body && JSON.stringify(body),
    });
  const made = await ask('POST', '/Users', { userName: `ada@${domain}`, displayName: 'Ada Lovelace', active: true });
  expect(made.status).toBe(201);
  const { id } = (await made.json()) as { id: string };
  await open(page, '/members?q=ada');
  await expect(page.getByText('Ada Lovelace')).toBeVisible();

  await open(page, '/settings');
  await expect(section.getByText('1 person from the directory')).toBeVisible();
  await expect(section.getByText(token!)).toHaveCount(0);
  const operations = [{ op: 'Replace', path: 'active', value: 'False' }];
  expect((await ask('PATCH', `/Users/${id}`, { Operations: operations })).status).toBe(200);
  await expect(section.getByText('1 deactivated')).toBeVisible();

  await section.getByRole('button', { name: 'Create a new token' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Create a new token' }).click();
  await expect(section.getByText('It is shown only once')).toBeVisible();
  expect((await ask('GET', '/Users')).status).toBe(401);
  await section.getByRole('button', { name: 'Revoke token' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke token' }).click();
  await expect(section.getByText('No token yet')).toBeVisible();
});

// One's own account: where one is signed in, and what ends with a login. N3
import { axe, expect, open, test } from '../fixtures.ts';
import { signIn } from '../support/people.ts';

test('N3 ending a login ends the page that is open with it, at once', async ({ lead, visitor }) => {
  const elsewhere = await visitor();
  await signIn(elsewhere.context().request, lead.address);
  await open(elsewhere, '/dashboard');
  await expect(elsewhere.getByRole('heading', { level: 1 })).toBeVisible();

  await open(lead.page, '/account');
  const devices = lead.page.getByRole('region', { name: 'Signed in on' }).getByRole('listitem');
  await expect(devices).toHaveCount(2);
  await expect(devices.filter({ hasText: 'This device' })).toHaveText(/Chrome on Linux.*Signed in today.*Last used/s);
  await axe(lead.page);

  await lead.page.getByRole('button', { name: 'Sign out everywhere else' }).click();
  await expect(devices).toHaveCount(1);
  // Nobody touches the other page.
  await elsewhere.waitForURL('/sign-in');
  await open(lead.page, '/dashboard');
});

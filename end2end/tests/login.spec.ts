// Signing up, in, out, and as somebody else. J3, J4, J5, N3
import { address, axe, expect, hydrated, open, test, unique, type Page } from '../fixtures.ts';
import { codeFor, linkIn, mailTo } from '../support/mailbox.ts';
import { signIn } from '../support/people.ts';

test('J5 P5 a new lead signs up with a code, names the organization, and comes back later', async ({ page }) => {
  const own = address('ada');
  const org = `Harbour ${unique()}`;
  await open(page, '/');
  await expect(page.getByRole('heading', { name: 'Start with your own team' })).toBeVisible();
  await page.getByRole('textbox', { name: 'Email' }).fill(own);
  await page.getByRole('button', { name: 'Send me a code' }).click();

  await expect(page.getByRole('heading', { name: 'Check your email' })).toBeVisible();
  await expect(page.getByText(own)).toBeVisible();
  await enterCode(page, await codeFor(own));

  await expect(page.getByRole('heading', { name: 'Name your organization' })).toBeVisible();
  await page.getByRole('textbox', { name: 'Organization' }).fill(org);
  await page.getByRole('textbox', { name: 'Your name' }).fill('Ada Lovelace');
  await page.getByRole('button', { name: 'Create organization' }).click();
  await page.waitForURL('/dashboard');
  await expect(page.getByRole('heading', { level: 1, name: 'Nobody invited yet' })).toBeVisible();

  await page.getByRole('link', { name: 'Ada Lovelace, account' }).click();
  await expect(page.getByRole('heading', { name: 'Your account' })).toBeVisible();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL('/sign-in');
  await page.goto('/dashboard');
  await expect(page).toHaveURL('/sign-in');

  await hydrated(page);
  await page.getByRole('textbox', { name: 'Email' }).fill(own.toUpperCase());
  await page.getByRole('button', { name: 'Send me a code' }).click();
  await enterCode(page, await codeFor(own));
  await page.waitForURL('/dashboard');
});

test('J5 an unknown address sees what a known one sees; only the mail tells them apart', async ({ lead, visitor }) => {
  const unknown = address('nobody');
  const seen: string[] = [];
  for (const asked of [lead.address, unknown]) {
    const page = await visitor();
    await open(page, '/sign-in');
    await page.getByRole('textbox', { name: 'Email' }).fill(asked);
    await page.getByRole('button', { name: 'Send me a code' }).click();
    await page.waitForURL('/sign-in/code');
    const first = await page.locator('body').ariaSnapshot();
    await enterCode(page, '000000');
    await expect(page.getByRole('alert')).toBeVisible();
    const second = await page.locator('body').ariaSnapshot();
    seen.push([first, second].join('\n').replaceAll(asked, 'the address'));
  }
  expect(seen[1]).toBe(seen[0]);
  expect(seen[0]).toContain('4 tries left');

  await codeFor(lead.address);
  const mail = await mailTo(unknown);
  expect(mail.subject).not.toMatch(/\d{6}/);
  expect(mail.text).toContain('no account');
  expect(linkIn(mail, '/sign-up')).toContain('/sign-up');
});

test('N3 a wrong code is counted and says so; after five the right one opens nothing', async ({ lead, visitor }) => {
  const page = await visitor();
  await open(page, '/sign-in');
  await page.getByRole('textbox', { name: 'Email' }).fill('not an address');
  await page.getByRole('button', { name: 'Send me a code' }).click();
  // The browser itself holds a text back that is no address; the server is asked without it.
  await expect(page).toHaveURL('/sign-in');
  await page.getByRole('textbox', { name: 'Email' }).fill('ada@northwind');
  await page.getByRole('button', { name: 'Send me a code' }).click();
  await expect(page.getByRole('alert')).toContainText('cut short');
  await expect(page.getByRole('textbox', { name: 'Email' })).toHaveValue('ada@northwind');

  await hydrated(page);
  await page.getByRole('textbox', { name: 'Email' }).fill(lead.address);
  await page.getByRole('button', { name: 'Send me a code' }).click();
  const right = await codeFor(lead.address);
  const wrong = right === '000000' ? '111111' : '000000';
  for (const left of ['4 tries left', '3 tries left', '2 tries left', '1 try left']) {
    await enterCode(page, wrong);
    await expect(page.getByRole('alert')).toContainText(left);
    await expect(page.getByRole('textbox', { name: 'Code' })).toHaveAttribute('aria-invalid', 'true');
  }
  await axe(page);
  await enterCode(page, wrong);
  await expect(page.getByRole('alert')).toContainText('no longer works');
  await enterCode(page, right);
  await expect(page.getByRole('alert')).toContainText('no longer works');

  await page.getByRole('button', { name: 'Send another code' }).click();
  await expect(page.getByRole('alert').filter({ hasText: /\S/ })).toHaveCount(0);
  const fresh = await codeFor(lead.address);
  await enterCode(page, `${fresh.slice(0, 3)} ${fresh.slice(3)}`);
  await page.waitForURL('/dashboard');
});

test('N3 devices are listed, and signing one out ends it at once', async ({ lead, visitor }) => {
  const phone = await visitor({ userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/605.1' });
  const laptop = await visitor({ userAgent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Firefox/140.0' });
  for (const page of [phone, laptop]) {
    await signIn(page.context().request, lead.address);
    await page.goto('/dashboard');
    await expect(page).toHaveURL('/dashboard');
  }

  await open(lead.page, '/account');
  const devices = lead.page.getByRole('region', { name: 'Signed in on' }).getByRole('listitem');
  await expect(devices).toHaveCount(3);
  await expect(devices.filter({ hasText: 'This device' })).toContainText('Chrome on Linux');
  await expect(devices.filter({ hasText: 'This device' }).getByRole('button')).toHaveCount(0);
  await devices.filter({ hasText: 'Safari on iPhone' }).getByRole('button', { name: 'Sign out' }).click();
  await expect(devices).toHaveCount(2);
  await phone.goto('/dashboard');
  await expect(phone).toHaveURL('/sign-in');
  await laptop.goto('/dashboard');
  await expect(laptop).toHaveURL('/dashboard');

  await hydrated(lead.page);
  await lead.page.getByRole('button', { name: 'Sign out everywhere else' }).click();
  await expect(devices).toHaveCount(1);
  await laptop.goto('/dashboard');
  await expect(laptop).toHaveURL('/sign-in');
  await lead.page.goto('/dashboard');
  await expect(lead.page).toHaveURL('/dashboard');
});

test('J4 J6 J3 who is signed in as another address is told so, and joining by a code switches', async ({ richLead: lead, visitor }) => {
  const invited = address('grace.hopper');
  await lead.invite(invited);
  const link = linkIn(await mailTo(invited), '/i/');

  await open(lead.page, link);
  await expect(lead.page.getByText(`You are signed in as ${lead.address}`)).toBeVisible();
  await expect(lead.page.getByRole('textbox', { name: 'Email' })).toHaveValue(invited);
  await lead.page.getByRole('button', { name: 'Send me a code' }).click();
  await lead.page.waitForURL(/\/i\/.+\/code$/);
  await axe(lead.page);
  await enterCode(lead.page, await codeFor(invited));
  await lead.page.waitForURL('/me');
  await expect(lead.page.getByRole('heading', { name: 'Your photos, Grace' })).toBeVisible();
  await lead.page.goto('/account');
  await expect(lead.page.getByRole('main')).toContainText(`Signed in as ${invited}`);

  // A member sees only their own shoot. N2
  await lead.page.goto('/dashboard');
  await expect(lead.page).toHaveURL('/me');

  // The used link knows whom it let in, and tells anybody else to sign in.
  await lead.page.goto(link);
  await expect(lead.page.getByRole('heading', { name: 'You are already in' })).toBeVisible();
  const stranger = await visitor();
  await stranger.goto(link);
  await expect(stranger.getByRole('heading', { name: 'This invite has been used' })).toBeVisible();
});

async function enterCode(page: Page, code: string): Promise<void> {
  await hydrated(page);
  // The answer may be the same page again, so it is waited for as a new document.
  const answered = page.waitForEvent('domcontentloaded');
  // Six digits are sent by themselves.
  await page.getByRole('textbox', { name: 'Code' }).fill(code);
  await answered;
}

// Single sign-on against a certified provider, on its own login page. S1 to S5, J8, QUALITY 12
import { address, axe, expect, hydrated, open, test, unique, type Lead } from '../fixtures.ts';
import { codeFor, mailTo } from '../support/mailbox.ts';
import { post, orgId } from '../support/people.ts';
import {
  allowProviders,
  askToSignIn,
  connectProvider,
  ownDomain,
  proveDomain,
  setBroken,
  setJit,
  signInAtProvider,
  testConnection,
} from '../support/sso.ts';

test.beforeEach(({ guard }) => allowProviders(guard));

/** An organization that is connected, with new people welcome. */
async function connected(lead: Lead, issuer = process.env.ISSUER!, preset = 'OpenID Connect'): Promise<string> {
  const domain = ownDomain();
  await proveDomain(lead.page, domain);
  await connectProvider(lead.page, issuer, preset);
  await testConnection(lead.page, `owner@${domain}`);
  await setJit(lead.page.context().request, true);
  return domain;
}

test('S1 S2 S3 an Owner turns it on, and an employee types the company address and is in', async ({ richLead, visitor }) => {
  const domain = ownDomain();
  await proveDomain(richLead.page, domain);
  expect((await mailTo(richLead.address, { subject: 'is verified' })).subject).toContain(domain);
  await connectProvider(richLead.page, process.env.ISSUER!, 'OpenID Connect');
  await axe(richLead.page, 'settings with a connection');
  await testConnection(richLead.page, `owner@${domain}`);
  await axe(richLead.page, 'the test of a connection');
  await richLead.page.getByRole('link', { name: 'Back to the settings' }).click();
  await hydrated(richLead.page);
  const section = richLead.page.getByRole('region', { name: 'Single sign-on' });
  await section.getByLabel('Add people when they first sign in').check();
  await section.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(richLead.page.getByText('Saved.')).toBeVisible();

  const employee = await visitor();
  await askToSignIn(employee, `ada.lovelace@${domain}`);
  await expect(employee.getByPlaceholder('Enter any login')).toHaveValue(`ada.lovelace@${domain}`);
  await signInAtProvider(employee, `ada.lovelace@${domain}`);
  await employee.waitForURL('/me');

  await open(richLead.page, '/members');
  const row = richLead.page.getByRole('row').filter({ hasText: 'Ada Lovelace' });
  await expect(row.getByText('SSO')).toBeVisible();
});

test('S3 with new people not welcome, only known ones get in', async ({ richLead, visitor }) => {
  const domain = await connected(richLead);
  await setJit(richLead.page.context().request, false);
  await richLead.invite(`bob@${domain}`);
  const stranger = await visitor();
  await askToSignIn(stranger, `eve@${domain}`);
  await signInAtProvider(stranger, `eve@${domain}`);
  await expect(stranger.getByText('You are not a member of')).toBeVisible();
  await axe(stranger, 'a stranger');
  const bob = await visitor();
  await askToSignIn(bob, `bob@${domain}`);
  await signInAtProvider(bob, `bob@${domain}`);
  await bob.waitForURL('/me');
});

test('S3 N8 a first sign-in in two tabs at once makes one member', async ({ richLead, visitor }) => {
  const domain = await connected(richLead);
  const one = await visitor();
  const two = await one.context().newPage();
  for (const tab of [one, two]) await askToSignIn(tab, `ada@${domain}`);
  await signInAtProvider(one, `ada@${domain}`);
  await one.waitForURL('/me');
  // The second tab still has the provider's form; what was agreed to in the first need not be asked again.
  await two.getByPlaceholder('Enter any login').fill(`ada@${domain}`);
  await two.getByPlaceholder('and password').fill('whatever');
  await two.getByRole('button', { name: 'Sign-in' }).click();
  const agree = two.getByRole('button', { name: 'Continue' });
  await expect(agree.or(two.getByRole('heading', { name: /photos/i }))).toBeVisible();
  if (await agree.isVisible()) await agree.click();
  await two.waitForURL('/me');
  await open(richLead.page, '/members');
  await expect(richLead.page.getByRole('row').filter({ hasText: `ada@${domain}` })).toHaveCount(1);
});

test('S3 J8 a removed person stays out, and reads so', async ({ richLead, visitor }) => {
  const domain = await connected(richLead);
  const ada = await visitor();
  await askToSignIn(ada, `ada@${domain}`);
  await signInAtProvider(ada, `ada@${domain}`);
  await ada.waitForURL('/me');
  await open(richLead.page, '/members');
  await richLead.page.getByRole('button', { name: /^Actions for ada/i }).click();
  await richLead.page.getByRole('menuitem', { name: /^Remove/ }).click();
  await richLead.page.getByRole('button', { name: 'Remove member' }).click();
  await expect(richLead.page.getByRole('row').filter({ hasText: `ada@${domain}` })).toHaveCount(0);
  const again = await visitor();
  await askToSignIn(again, `ada@${domain}`);
  await signInAtProvider(again, `ada@${domain}`);
  await expect(again.getByText(`You were removed from ${richLead.org}`)).toBeVisible();
});

test('S5 who can sign in directly is invited on purpose only; a contractor as ever', async ({ richLead }) => {
  const domain = await connected(richLead);
  const page = richLead.page;
  await open(page, '/members?add=invite');
  const field = page.getByRole('textbox', { name: 'Email addresses' });
  await field.fill(`ada@${domain}, ${address('max', 'contractor.example')},`);
  await expect(page.getByText('1 address can sign in directly, no invite needed.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Invite 1 member' })).toBeVisible();
  await axe(page, 'covered addresses');
  await page.getByRole('button', { name: 'Invite them all the same' }).click();
  await expect(page.getByRole('button', { name: 'Invite 2 members' })).toBeVisible();
  await page.getByRole('tab', { name: 'Open invite' }).click();
  await expect(page.getByText(`People with an address at ${domain} can sign in directly`)).toBeVisible();
});

test('S4 the provider is required, goes down, and the Owner comes back in', async ({ richLead, visitor }) => {
  const domain = await connected(richLead);
  const page = richLead.page;
  await open(page, '/settings');
  const section = page.getByRole('region', { name: 'Single sign-on' });
  await section.getByRole('button', { name: `Require SSO for ${domain}` }).click();
  await expect(section.getByText('Make recovery codes first')).toBeVisible();
  await section.getByRole('button', { name: 'Make new codes' }).click();
  await expect(section.getByText('Keep these codes somewhere safe')).toBeVisible();
  const code = await section.getByText(/^[A-Z]{5}-[A-Z]{5}$/).first().textContent();
  await section.getByRole('button', { name: `Require SSO for ${domain}` }).click();
  await expect(section.getByText('through your identity provider only')).toBeVisible();

  await setBroken(process.env.ISSUER_TO_BREAK!, false);
  const owner = await visitor();
  await open(owner, '/sign-in/recovery');
  await axe(owner, 'recovery');
  await owner.getByRole('textbox', { name: 'Email' }).fill(richLead.address);
  await owner.getByRole('textbox', { name: 'Recovery code' }).fill(code!);
  await owner.getByRole('button', { name: 'Sign in' }).click();
  await owner.waitForURL('/dashboard');
  await mailTo(richLead.address, { subject: 'A recovery code of' });
});

test('S4 a provider that is down says so, with a way on', async ({ richLead, visitor }) => {
  const issuer = process.env.ISSUER_TO_BREAK!;
  const domain = await connected(richLead, issuer);
  // Found before, so it leads there and the provider itself is down; a new one is not even found.
  await setBroken(issuer, true);
  const page = await visitor();
  await page.goto('/sign-in');
  await hydrated(page);
  await page.getByRole('textbox', { name: 'Email' }).fill(`ada@${domain}`);
  await page.getByRole('button', { name: 'Send me a code' }).click();
  await expect(page.getByText('down')).toBeVisible();
  await page.goBack();
  await open(page, '/sign-in/recovery');
  await expect(page.getByRole('heading', { name: 'Sign in with a recovery code' })).toBeVisible();
  await setBroken(issuer, false);
});

test('S4 a code instead, and back from the provider', async ({ richLead, visitor }) => {
  const domain = await connected(richLead);
  const page = await visitor();
  // Without scripts and without going on by itself: the page in between has both ways.
  const html = await page.request.post('/sign-in', {
    form: { email: `ada@${domain}` },
    headers: { origin: process.env.BASE_URL! },
  });
  expect(await html.text()).toContain('Get a code by email instead');
  const asked = page.request;
  await post(asked, '/sign-in', { email: richLead.address });
  await codeFor(richLead.address);
  await askToSignIn(page, `ada@${domain}`);
  await page.getByRole('link', { name: 'Cancel' }).click();
  await expect(page.getByRole('heading', { name: 'You turned back' })).toBeVisible();
  await axe(page, 'turned back');
  await page.getByRole('link', { name: 'Sign in again' }).click();
  await page.waitForURL('/sign-in');
});

test('S2 an address outside the domain, and one that is not verified, are not signed in', async ({ richLead, visitor }) => {
  const domain = await connected(richLead);
  for (const [who, says] of [
    [`ada-${unique()}@elsewhere.example`, 'Addresses at elsewhere.example do not belong to'],
    [`unverified.ada@${domain}`, 'has not verified your email address'],
  ] as const) {
    const page = await visitor();
    await askToSignIn(page, `ada@${domain}`);
    await signInAtProvider(page, who);
    await expect(page.getByText(says)).toBeVisible();
    await page.goto('/me');
    await expect(page).toHaveURL('/sign-in');
  }
});

test('S2 one of several tenants behind one address, as at Entra', async ({ richLead, visitor }) => {
  const domain = await connected(richLead, process.env.TENANT_ISSUER!, 'Microsoft Entra ID');
  const page = await visitor();
  await askToSignIn(page, `ada@${domain}`);
  await signInAtProvider(page, `ada@${domain}`);
  await page.waitForURL('/me');
  expect(await orgId(richLead.page.context().request)).not.toBe('');
});

test('S2 two organizations with two providers', async ({ richLead, visitor }) => {
  const first = await connected(richLead);
  const other = await visitor();
  const who = { address: address('otto', 'other.example'), org: `Other ${unique()}`, name: 'Otto' };
  await post(other.context().request, '/sign-up', { email: who.address });
  await post(other.context().request, '/sign-in/code', { code: await codeFor(who.address) });
  await post(other.context().request, '/welcome', { org: who.org, name: who.name });
  const second = await connected({ page: other } as Lead, process.env.TENANT_ISSUER!);
  for (const [domain, org] of [
    [first, richLead.org],
    [second, who.org],
  ] as const) {
    const page = await visitor();
    await askToSignIn(page, `ada@${domain}`);
    await signInAtProvider(page, `ada@${domain}`);
    await page.waitForURL('/me');
    await expect(page.getByText(org).first()).toBeVisible();
  }
});

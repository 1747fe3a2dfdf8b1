// A walk past the screens of single sign-on. S1 to S5
import { expect, hydrated, open, type Lead, type Page } from '../fixtures.ts';
import { askToSignIn, connectProvider, ownDomain, proveDomain, setJit, signInAtProvider, testConnection } from './sso.ts';
import type { Look } from './tour.ts';

export async function singleSignOn(lead: Lead, visitor: () => Promise<Page>, look: Look): Promise<void> {
  const { page } = lead;
  const [domain, issuer] = [ownDomain(), process.env.ISSUER!];
  await open(page, '/settings');
  await page.getByLabel('Add a domain').fill(domain);
  await page.getByRole('button', { name: 'Add domain' }).click();
  await expect(page.getByText('Waiting for DNS')).toBeVisible();
  await look(page, 'domain-waiting');
  for (const provider of ['Google Workspace', 'Okta', 'Keycloak', 'OpenID Connect']) {
    await page.getByLabel('Identity provider').selectOption({ label: provider });
    await look(page, `sso-${provider.split(' ')[0]!.toLowerCase()}`);
  }
  await open(page, '/settings');
  await page.getByRole('button', { name: `Remove ${domain}` }).click();
  await page.getByRole('button', { name: 'Remove domain' }).or(page.getByRole('button', { name: 'Remove', exact: true })).last().click();
  await expect(page.getByText('Waiting for DNS')).toHaveCount(0);

  await proveDomain(page, domain);
  await connectProvider(page, issuer, 'OpenID Connect');
  await look(page, 'sso-untested');
  await testConnection(page, `owner@${domain}`);
  await hydrated(page);
  await look(page, 'sso-tested');
  await open(page, '/settings');
  // The provider remembers who was there.
  await page.context().clearCookies({ name: /^_(session|interaction)/ });
  await page.getByRole('button', { name: 'Test connection' }).click();
  await signInAtProvider(page, 'somebody@elsewhere.example');
  await hydrated(page);
  await look(page, 'sso-test-failed');
  await setJit(page.context().request, true);
  await open(page, '/settings');
  await page.getByRole('button', { name: 'Make new codes' }).click();
  await expect(page.getByText('Keep these codes somewhere safe')).toBeVisible();
  await page.getByRole('button', { name: `Require SSO for ${domain}` }).click();
  await expect(page.getByText('through your identity provider only')).toBeVisible();
  await look(page, 'sso-required');
  await open(page, '/members?add=invite');
  await page.getByRole('textbox', { name: 'Email addresses' }).fill(`ada@${domain}, max@contractor.example,`);
  await expect(page.getByText('1 address can sign in directly')).toBeVisible();
  await look(page, 'add-covered', 'dialog');

  const ada = await visitor();
  // The page between stays where the provider does not answer.
  await ada.route(`${issuer}/**`, (route) => route.fulfill({ status: 204 }));
  await askToSignIn(ada, `ada@${domain}`);
  await hydrated(ada);
  await look(ada, 'to-provider');
  await ada.unrouteAll();
  await askToSignIn(ada, `ada@${domain}`);
  await ada.getByRole('link', { name: 'Cancel' }).click();
  await expect(ada.getByRole('heading', { name: 'You turned back' })).toBeVisible();
  await look(ada, 'sso-turned-back');
  await askToSignIn(ada, `ada@${domain}`);
  await signInAtProvider(ada, 'eve@elsewhere.example');
  await expect(ada.getByText('do not belong to')).toBeVisible();
  await look(ada, 'sso-refused');
}

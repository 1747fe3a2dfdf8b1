// What an Owner and an identity provider do before anybody signs in through it.
import { expect, type APIRequestContext, type Page } from '@playwright/test';

import { open, unique } from '../fixtures.ts';
import type { Guard } from './guard.ts';
import { orgId } from './people.ts';

/** Lets pages of the providers be as they are. */
export function allowProviders(guard: Guard): void {
  // These pages are the providers' own, with a font from elsewhere.
  const theirs = [process.env.ISSUER!, process.env.ISSUER_TO_BREAK!, new URL(process.env.TENANT_ISSUER!).origin];
  guard.allow(new RegExp(`a request left the server: (${theirs.join('|')}|https://fonts)`));
  guard.allow(/https:\/\/fonts|fonts\.googleapis/);
  guard.allow(/ERR_NAME_NOT_RESOLVED \(\S*\/interaction\//);
  // A provider that is taken down answers so.
  guard.allow(/^503 for \S+\/auth\?/);
}

/** A domain that no other test has. */
export function ownDomain(): string {
  return `company-${unique()}.example`;
}

/** Lets the name server say what a record is; without a text, that there is none. */
export async function setRecord(name: string, text?: string): Promise<void> {
  const answer = await fetch(`${process.env.CONTROL_URL}/record?${new URLSearchParams({ name, text: text ?? '' })}`);
  expect(answer.ok).toBe(true);
}

/** Takes the identity provider down, or up again. */
export async function setBroken(issuer: string, broken: boolean): Promise<void> {
  await fetch(`${process.env.CONTROL_URL}/broken?${new URLSearchParams({ issuer, broken: String(broken) })}`);
}

/** Claims a domain and proves it by its record. */
export async function proveDomain(page: Page, domain: string): Promise<void> {
  await open(page, '/settings');
  await page.getByLabel('Add a domain').fill(domain);
  await page.getByRole('button', { name: 'Add domain' }).click();
  const line = page.getByRole('listitem').filter({ hasText: domain });
  await expect(line.getByText('Waiting for DNS')).toBeVisible();
  const value = await line.getByText('headcount-domain-verification=').textContent();
  await setRecord(`_headcount.${domain}`, value!);
  await line.getByRole('button', { name: `Check ${domain} now` }).click();
  await expect(line.getByText('Verified')).toBeVisible();
}

/** Registers us at the provider and connects it; the connection is not tested by that. */
export async function connectProvider(page: Page, issuer: string, preset: string): Promise<void> {
  await open(page, '/settings');
  const section = page.getByRole('region', { name: 'Single sign-on' });
  const callback = await section.getByText('/callback').textContent();
  const client = await register(issuer, callback!);
  await section.getByLabel('Identity provider').selectOption({ label: preset });
  await section.getByLabel('Issuer, or tenant ID').fill(issuer);
  await section.getByLabel('Client ID').fill(client.client_id);
  await section.getByLabel('Client secret').fill(client.client_secret);
  await section.getByRole('button', { name: 'Save connection' }).click();
  await expect(section.getByText('Not tested yet')).toBeVisible();
}

async function register(issuer: string, callback: string): Promise<{ client_id: string; client_secret: string }> {
  const answer = await fetch(`${issuer}/reg`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ redirect_uris: [callback] }),
  });
  expect(answer.status, await answer.clone().text()).toBe(201);
  return (await answer.json()) as { client_id: string; client_secret: string };
}

/** Tests the connection as somebody, which switches it on. */
export async function testConnection(page: Page, address: string): Promise<void> {
  await open(page, '/settings');
  await page.getByRole('button', { name: 'Test connection' }).click();
  await signInAtProvider(page, address);
  await expect(page.getByRole('heading', { name: 'The connection works' })).toBeVisible();
}

/** Lets new people in by themselves, or not, without the page. */
export async function setJit(request: APIRequestContext, jit: boolean): Promise<void> {
  const form = { org: await orgId(request), team: '', team_claim: '', team_table: '', ...(jit ? { jit: 'on' } : {}) };
  const headers = { origin: process.env.BASE_URL!, accept: 'application/json' };
  const answer = await request.post('/fn/sso/provision', { form, headers });
  expect(answer.status(), await answer.text()).toBe(200);
}

/** Types an address on our sign-in page, which leads to the provider. */
export async function askToSignIn(page: Page, address: string): Promise<void> {
  await open(page, '/sign-in');
  await page.getByRole('textbox', { name: 'Email' }).fill(address);
  await page.getByRole('button', { name: 'Send me a code' }).click();
}

/** Signs in on the provider's own pages, and agrees. */
export async function signInAtProvider(page: Page, address: string): Promise<void> {
  await page.getByPlaceholder('Enter any login').fill(address);
  await page.getByPlaceholder('and password').fill('whatever');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
}

// People who are somewhere already when a test begins: signed up, joined, with photos in. They come
// there by the same form posts that a browser without scripts sends.
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';

import { expect, type APIRequestContext, type APIResponse } from '@playwright/test';

import { codeFor } from './mailbox.ts';

type Fields = Record<string, string>;

/** Posts a form as a page of ours would, and expects to be sent on from there. */
export async function post(request: APIRequestContext, path: string, form: Fields = {}): Promise<APIResponse> {
  const headers = { origin: process.env.BASE_URL! };
  const answer = await request.post(path, { form, headers, maxRedirects: 0 });
  expect(answer.status(), `${path} says ${await answer.text()}`).toBeLessThan(400);
  return answer;
}

/** Signs up and founds an organization. */
export async function signUp(
  request: APIRequestContext,
  who: { address: string; name: string; org: string },
): Promise<void> {
  await post(request, '/sign-up', { email: who.address });
  await post(request, '/sign-in/code', { code: await codeFor(who.address) });
  await post(request, '/welcome', { org: who.org, name: who.name });
}

export async function signIn(request: APIRequestContext, address: string): Promise<void> {
  await post(request, '/sign-in', { email: address });
  await post(request, '/sign-in/code', { code: await codeFor(address) });
}

/** Sends personal invites, without the dialog. */
export async function invite(request: APIRequestContext, ...addresses: string[]): Promise<void> {
  const form = { org: await orgId(request), addresses: addresses.join('\n'), team: '', note: '' };
  await post(request, '/fn/invites/send', form);
}

/** Presses Join on the page of a personal invite. */
export async function join(request: APIRequestContext, link: string, name: string): Promise<void> {
  await post(request, new URL(link).pathname, { name });
}

/** The id by which functions of the server know the organization that one is looking at. */
export async function orgId(request: APIRequestContext): Promise<string> {
  const page = await (await request.get('/settings')).text();
  const found = page.match(/name="org" value="([0-9a-f-]+)"/);
  expect(found, 'the settings page names the organization in a form').not.toBeNull();
  return found![1]!;
}

/** The member whose shoot page this is: the id in its forms. */
export async function memberId(request: APIRequestContext, page = '/me'): Promise<string> {
  const html = await (await request.get(page)).text();
  const found = html.match(/action="\/members\/([0-9a-f-]+)\/photos"/);
  expect(found, `${page} has a form for photos`).not.toBeNull();
  return found![1]!;
}

/** Adds photos to a member's draft, one after the other; each is expected to be taken. */
export async function addPhotos(request: APIRequestContext, member: string, files: string[]): Promise<void> {
  for (const file of files) {
    const photo = { name: basename(file), mimeType: 'application/octet-stream', buffer: await readFile(file) };
    const headers = { origin: process.env.BASE_URL!, accept: 'application/json' };
    const answer = await request.post(`/members/${member}/photos`, { multipart: { photo }, headers });
    expect(answer.status(), `${file}: ${await answer.text()}`).toBe(200);
  }
}

/** Adds enough photos and submits them. */
export async function shoot(request: APIRequestContext, member: string, files: string[]): Promise<void> {
  await addPhotos(request, member, files);
  await post(request, `/members/${member}/submit`);
}

/** Makes an open link, without the dialog; gives its URL. */
export async function createLink(
  request: APIRequestContext,
  limits: { domains?: string; usage_limit?: string; expires_at?: string } = {},
): Promise<string> {
  const form = { org: await orgId(request), label: '', domains: '', usage_limit: '', expires_at: '', team: '', ...limits };
  const headers = { origin: process.env.BASE_URL!, accept: 'application/json' };
  const answer = await request.post('/fn/links/create', { form, headers });
  expect(answer.status(), await answer.text()).toBe(200);
  return ((await answer.json()) as { url: string }).url;
}

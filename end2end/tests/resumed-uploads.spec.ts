// A large photo that broke off goes on in the middle of its file: after the network was gone, and after the page was
// loaded again. H1, H6, H8, QUALITY 11, 19, 21
import { readFile } from 'node:fs/promises';

import { axe, expect, open, test, type Page } from '../fixtures.ts';
import { photo } from '../support/photos.ts';

const MEGABYTE = 1024 * 1024;

const taken = (page: Page) => page.getByRole('button', { name: /^Remove photo \d+$/ });
const tile = (page: Page, file: string) => page.getByRole('listitem').filter({ hasText: file });
const add = (page: Page) => page.getByLabel('Add photos');

test('H1 a photo that the network dropped goes on where it broke off', async ({ lead, guard }) => {
  const { page } = lead;
  guard.allow(/ERR_INTERNET_DISCONNECTED/);
  await open(page, '/me');
  const sent = watch(page);
  const network = await page.context().newCDPSession(page);
  const slow = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 600 * 1024 };
  await network.send('Network.emulateNetworkConditions', slow);
  await add(page).setInputFiles([await large('good-01.jpg')]);
  const bar = page.getByRole('progressbar', { name: 'good-01.jpg' });
  await expect.poll(() => bar.getAttribute('value').then(Number)).toBeGreaterThan(40);

  await network.send('Network.emulateNetworkConditions', { ...slow, offline: true });
  await expect(tile(page, 'good-01.jpg').getByRole('alert')).toContainText('It did not get through yet.');
  const before = sent.offsets.length;
  await network.send('Network.emulateNetworkConditions', { ...slow, uploadThroughput: -1 });
  await page.evaluate(() => dispatchEvent(new Event('online')));
  await expect(taken(page)).toHaveCount(1);

  expect(sent.begun, 'it is begun once').toBe(1);
  expect(sent.offsets[0]).toBe(0);
  expect(sent.offsets[before], 'it goes on in the middle of the file').toBeGreaterThanOrEqual(MEGABYTE);
  await expect.poll(() => kept(page), 'nothing of it stays in the browser').toEqual([]);
  await open(page, '/me');
  await expect(taken(page)).toHaveCount(1);
});

test('H1 a photo that a reload interrupted goes on by itself', async ({ lead, guard }) => {
  const { page } = lead;
  guard.allow(/ERR_INTERNET_DISCONNECTED/);
  await open(page, '/me');
  const sent = watch(page);
  await breakOff(page);
  await addHalf(page, 'good-02.jpg');
  await expect.poll(() => kept(page)).toHaveLength(1);

  // ---- loaded again while the network is still bad: it tries by itself, and goes on when it can
  await open(page, '/me');
  await expect(tile(page, 'good-02.jpg').getByRole('alert')).toContainText('It did not get through yet.');
  const before = sent.offsets.length;
  await page.unrouteAll();
  await page.evaluate(() => dispatchEvent(new Event('online')));
  await expect(taken(page)).toHaveCount(1);
  await expect(tile(page, 'good-02.jpg')).toHaveCount(0);
  expect(sent.begun, 'it is begun once').toBe(1);
  expect(sent.offsets[before], 'it goes on in the middle of the file').toBe(MEGABYTE);
  await expect.poll(() => kept(page), 'nothing of it stays in the browser').toEqual([]);
});

test('H8 H1 where the browser has lost the file, the page says so, and goes on when it is chosen again', async ({ lead, guard }) => {
  const { page } = lead;
  guard.allow(/ERR_INTERNET_DISCONNECTED/);
  await open(page, '/me');
  const sent = watch(page);
  await breakOff(page);
  await addHalf(page, 'good-03.jpg');
  await addHalf(page, 'good-04.jpg');
  await expect.poll(() => kept(page)).toHaveLength(2);
  await page.evaluate(async () => {
    for (const name of await caches.keys()) await caches.delete(name);
  });

  await open(page, '/me');
  const unfinished = tile(page, 'good-03.jpg');
  await expect(unfinished).toContainText(/\d\d% of this photo is here\. Choose it again, and it goes on from there\./);
  await axe(page);
  await page.unrouteAll();
  const before = sent.offsets.length;
  await add(page).setInputFiles([await large('good-03.jpg')]);
  await expect(taken(page)).toHaveCount(1);
  await expect(unfinished).toHaveCount(0);
  expect(sent.begun, 'each is begun once').toBe(2);
  expect(sent.offsets[before], 'it goes on in the middle of the file').toBe(MEGABYTE);

  // ---- what is left out is gone from the server as well
  const gone = page.waitForResponse((answer) => answer.request().method() === 'DELETE');
  await page.getByRole('button', { name: 'Dismiss good-04.jpg' }).click();
  expect((await gone).status()).toBe(204);
  await open(page, '/me');
  await expect(taken(page)).toHaveCount(1);
  await expect(page.getByText('of this photo is here')).toHaveCount(0);
});

test('H6 H1 cancelling and signing out leave nothing of a photo in the browser', async ({ lead, guard }) => {
  const { page } = lead;
  guard.allow(/ERR_INTERNET_DISCONNECTED/);
  await open(page, '/me');
  await breakOff(page);
  await addHalf(page, 'good-05.jpg');
  await expect.poll(() => kept(page)).toHaveLength(1);
  const gone = page.waitForResponse((answer) => answer.request().method() === 'DELETE');
  await page.getByRole('button', { name: 'Dismiss good-05.jpg' }).click();
  expect((await gone).status()).toBe(204);
  await expect.poll(() => kept(page)).toEqual([]);

  await addHalf(page, 'good-06.jpg');
  await expect.poll(() => kept(page)).toHaveLength(1);
  await page.goto('/account');
  await page.locator('form[action="/sign-out"] button').first().click();
  await expect(page).toHaveURL('/sign-in');
  expect(await page.evaluate(() => caches.keys())).toEqual([]);
});

/** A photo of three megabytes and more: what stands behind a JPEG is no part of it. */
async function large(name: string) {
  const buffer = Buffer.concat([await readFile(photo(name)), Buffer.alloc(3 * MEGABYTE)]);
  return { name, mimeType: 'image/jpeg', buffer };
}

/** From now on the first megabyte of each photo gets through, and no more of it. */
async function breakOff(page: Page): Promise<void> {
  await page.route('**/uploads/*', (route) => {
    const request = route.request();
    const isRest = request.method() === 'PATCH' && Number(request.headers()['upload-offset']) >= MEGABYTE;
    return isRest ? route.abort('internetdisconnected') : route.continue();
  });
}

/** Adds a photo that breaks off. */
async function addHalf(page: Page, name: string): Promise<void> {
  await add(page).setInputFiles([await large(name)]);
  await expect(tile(page, name).getByRole('alert')).toContainText('It did not get through yet.');
}

/** Counts what is begun, and where in a file each part begins that is sent. */
function watch(page: Page) {
  const sent = { begun: 0, offsets: [] as number[] };
  page.on('request', (request) => {
    const path = new URL(request.url()).pathname;
    if (request.method() === 'POST' && path.endsWith('/uploads')) sent.begun += 1;
    if (request.method() === 'PATCH') sent.offsets.push(Number(request.headers()['upload-offset']));
  });
  return sent;
}

/** The paths of the files that the browser keeps. */
function kept(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const opened = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
    const keys = await Promise.all(opened.map((cache) => cache.keys()));
    return keys.flat().map((request) => new URL(request.url).pathname);
  });
}

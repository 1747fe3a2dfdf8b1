// Photos in: taken or refused one by one, kept, removed, submitted when there is a credit. H1, H2, C4
import { readFile } from 'node:fs/promises';

import type { Route } from '@playwright/test';

import { address, axe, expect, hydrated, open, test, type Lead, type Page } from '../fixtures.ts';
import { codeFor, linkIn, mailsTo, mailTo } from '../support/mailbox.ts';
import { addPhotos, join, memberId, post, shoot } from '../support/people.ts';
import { ENOUGH, photo } from '../support/photos.ts';

const taken = (page: Page) => page.getByRole('button', { name: /^Remove photo \d+$/ });
/** The lead's own photo page, with these in the draft. */
async function withPhotos({ page }: Lead, files: string[]) {
  const { request } = page.context();
  const member = await memberId(request);
  await addPhotos(request, member, files);
  await open(page, '/me');
  return { page, request, member };
}

const tile = (page: Page, file: string) => page.getByRole('listitem').filter({ hasText: file });

test('H1 bad files are refused one by one with the reason, good ones stay, also after a reload', async ({ lead }) => {
  const { page } = lead;
  await open(page, '/me');
  const submit = page.getByRole('button', { name: /^Submit/ });
  await expect(submit).toBeDisabled();
  const files = ['good-01.jpg', 'too-small.jpg', 'good-02.jpg', 'broken.jpg', 'gps.jpg', 'not-an-image.jpg'];
  await page.getByLabel('Add photos').setInputFiles(files.map(photo));
  await expect(taken(page)).toHaveCount(3);
  await page.getByLabel('Add photos').setInputFiles(['good-09.png', 'duplicate-of-01.jpg', 'good-10.webp'].map(photo));
  await expect(taken(page)).toHaveCount(5);
  for (const [file, reason] of [
    ['too-small.jpg', /\d+ × \d+ is too small\. 512 or more on the short side\./],
    ['broken.jpg', /This file is damaged\./],
    ['not-an-image.jpg', /This is not a JPEG,( HEIC,)? PNG or WebP photo\./],
    ['duplicate-of-01.jpg', /The same picture as photo \d\./],
  ] as const) {
    await expect(tile(page, file).getByRole('alert')).toHaveText(reason);
  }
  await expect(page.getByText('5 photos added')).toBeVisible();
  await expect(page.getByText('3 more to go.')).toBeVisible();
  await expect(submit).toBeDisabled();
  await axe(page);
  await tile(page, 'broken.jpg').getByRole('button', { name: 'Dismiss broken.jpg' }).click();
  await expect(tile(page, 'broken.jpg')).toHaveCount(0);

  await open(page, '/me');
  await expect(taken(page)).toHaveCount(5);
  await expect(page.getByRole('alert').filter({ hasText: /\S/ })).toHaveCount(0);
  await page.getByRole('button', { name: 'Remove photo 2' }).click();
  await expect(taken(page)).toHaveCount(4);
  await open(page, '/me');
  await expect(taken(page)).toHaveCount(4);
});

test('H8 on a phone what a good photo is, what is missing and what it costs come first', async ({ lead }) => {
  const { page } = lead;
  await page.setViewportSize({ width: 390, height: 844 });
  await open(page, '/me');
  const add = page.getByLabel('Add photos');
  for (const words of ['Add 8 to 15 photos', 'credits and is final', 'Face in daylight', 'Eyes covered', '8 more to go.']) {
    await expect(page.getByText(words).first()).toBeInViewport();
  }
  const first = (one: string, other: string) =>
    page.evaluate(([one, other]) => {
      const [before, after] = [document.querySelector(one!)!, document.querySelector(other!)!];
      return Boolean(before.compareDocumentPosition(after) & Node.DOCUMENT_POSITION_FOLLOWING);
    }, [one, other]);
  expect(await first('.tips', 'input[type=file]')).toBe(true);
  await add.setInputFiles(ENOUGH.slice(0, 2));
  await expect(page.getByText('6 more to go.')).toBeInViewport();
});

test('H8 what would make a photo better is said beside it, and it is taken', async ({ lead }) => {
  const { page } = lead;
  await open(page, '/me');
  await page.getByLabel('Add photos').setInputFiles([photo('blurry.jpg')]);
  await expect(taken(page)).toHaveCount(1);
  const advice = 'This looks blurry. A sharper photo gives better headshots.';
  const beside = page.getByRole('listitem').filter({ has: page.getByRole('img', { name: 'Photo 1' }) });
  await expect(beside).toContainText(advice);
  await expect(page.getByRole('status').filter({ hasText: 'blurry.jpg added.' })).toContainText(advice);
  await axe(page);
  await open(page, '/me');
  await expect(beside).toContainText(advice);
  await expect(page.getByText('1 photo added')).toBeVisible();
});

test('H1 where a photo was taken is not kept', async ({ lead }) => {
  const { page, request } = await withPhotos(lead, [photo('gps.jpg')]);
  const source = (await page.getByRole('img', { name: 'Photo 1' }).getAttribute('src'))!;
  expect((await readFile(photo('gps.jpg'))).includes('Exif')).toBe(true);
  for (const url of [source, source.split('?')[0]!]) {
    const answer = await request.get(url);
    expect(answer.headers()['content-type']).toBe('image/jpeg');
    expect((await answer.body()).includes('Exif'), url).toBe(false);
  }
});

test('H1 N6 files are dropped, cancelled on their way, and sent again when the network failed', async ({ lead, guard }) => {
  const { page } = lead;
  const send = '**/members/*/photos';
  await open(page, '/me');

  // ---- dropped instead of chosen
  const transfer = await dragged(page, 'good-03.jpg');
  await page.locator('.drop').first().dispatchEvent('drop', { dataTransfer: transfer });
  await expect(taken(page)).toHaveCount(1);

  // ---- cancelled: two are sent at a time, the third waits; neither gets in
  const held: (() => void)[] = [];
  await page.route(send, (route) => new Promise<void>((go) => held.push(() => route.continue().catch(() => {}).then(go))));
  await page.getByLabel('Add photos').setInputFiles(['good-04.jpg', 'good-05.jpg', 'good-06.jpg'].map(photo));
  await expect(page.getByRole('progressbar', { name: 'good-04.jpg' })).toBeVisible();
  for (const file of ['good-06.jpg', 'good-04.jpg']) {
    await page.getByRole('button', { name: `Cancel ${file}` }).click();
    await expect(tile(page, file)).toHaveCount(0);
  }
  await expect.poll(() => held.length).toBe(2);
  held.forEach((go) => go());
  await expect(taken(page)).toHaveCount(2);
  await page.unroute(send);
  await open(page, '/me');
  await expect(taken(page)).toHaveCount(2);

  // ---- failed and tried again
  guard.allow(/status of 500|^500 for .*photos/);
  await page.route(send, (route) => route.fulfill({ status: 500 }));
  await page.getByLabel('Add photos').setInputFiles([photo('good-07.jpg')]);
  await expect(tile(page, 'good-07.jpg').getByRole('alert')).toContainText('It did not get through.');
  await page.unroute(send);
  await tile(page, 'good-07.jpg').getByRole('button', { name: 'Try again' }).click();
  await expect(taken(page)).toHaveCount(3);
  await expect(tile(page, 'good-07.jpg')).toHaveCount(0);
});

test('H1 photos that are tried again go in whatever became of those beside them', async ({ lead, guard }) => {
  const { page } = lead;
  const send = '**/members/*/photos';
  const files = ['good-01.jpg', 'good-02.jpg', 'good-03.jpg', 'good-04.jpg'];
  guard.allow(/status of 500|^500 for .*photos/);
  await open(page, '/me');
  await page.route(send, (route) => route.fulfill({ status: 500 }));
  await page.getByLabel('Add photos').setInputFiles(files.map(photo));
  for (const file of files) await expect(tile(page, file).getByRole('alert')).toContainText('It did not get through.');
  await page.unroute(send);
  // More than are sent at once: the last ones wait for those before, whose places are gone by then.
  for (const file of files) await tile(page, file).getByRole('button', { name: 'Try again' }).click();
  await page.getByLabel('Add photos').setInputFiles([photo('good-05.jpg'), photo('good-06.jpg')]);
  await expect(taken(page)).toHaveCount(6);
  await expect(page.getByRole('progressbar', { name: /^good/ })).toHaveCount(0);
});

test('H1 a photo whose answer was lost is the one that is in, when it is tried again', async ({ lead, guard }) => {
  const { page } = lead;
  guard.allow(/status of 500|^500 for .*photos/);
  await open(page, '/me');
  await page.route('**/members/*/photos', async (route) => {
    await addPhotos(page.context().request, await memberId(page.context().request), [photo('good-01.jpg')]);
    await route.fulfill({ status: 500 });
  }, { times: 1 });
  await page.getByLabel('Add photos').setInputFiles([photo('good-01.jpg')]);
  await tile(page, 'good-01.jpg').getByRole('button', { name: 'Try again' }).click();
  await expect(taken(page)).toHaveCount(1);
  await expect(page.getByRole('alert').filter({ hasText: /\S/ })).toHaveCount(0);
});

test('N1 a photo that could not be removed stays, and it is said', async ({ lead, guard }) => {
  const { page, request } = await withPhotos(lead, ENOUGH.slice(0, 2));
  const remove = '**/members/*/photos/*/remove';
  guard.allow(/ERR_INTERNET_DISCONNECTED|status of 401|^401 for .*remove/);
  const button = page.getByRole('button', { name: 'Remove photo 1' });
  await page.route(remove, (route) => route.abort('internetdisconnected'));
  await button.click();
  await expect(page.getByRole('alert').filter({ hasText: 'Not removed.' })).toBeVisible();
  // Any page in the place of the answer, as of a network that wants a password first.
  await page.unroute(remove);
  await page.route(remove, (route) => route.fulfill({ body: '<p>Welcome to our network' }));
  await button.click();
  await expect(page.getByRole('alert').filter({ hasText: 'Not removed.' })).toBeVisible();
  await page.unroute(remove);
  // Before the page notices by itself.
  await page.route('**/progress', (route) => route.fulfill({ json: null }));
  await post(request, '/sign-out');
  await button.click();
  await expect(page.getByRole('alert').filter({ hasText: 'You are no longer signed in here.' })).toBeVisible();
  await expect(taken(page)).toHaveCount(2);
});

test('H1 N1 a file that is not in yet stays on the page when one was signed out', async ({ lead, guard }) => {
  const { page } = lead;
  guard.allow(/status of 500|^500 for .*photos/);
  await open(page, '/me');
  await page.route('**/members/*/photos', (route) => route.fulfill({ status: 500 }));
  await page.getByLabel('Add photos').setInputFiles(photo('good-01.jpg'));
  await expect(tile(page, 'good-01.jpg')).toBeVisible();
  await post(page.context().request, '/sign-out');
  // The page that looks again is still the same.
  for (let n = 0; n < 2; n++) {
    await page.waitForResponse((answer) => answer.url().endsWith('/progress') && answer.status() === 401);
  }
  await expect(tile(page, 'good-01.jpg')).toBeVisible();
});

test('H1 what the network drops goes on by itself, and is in once though the answer was lost', async ({ lead, guard }) => {
  const { page } = lead;
  const send = '**/members/*/photos';
  guard.allow(/ERR_(INTERNET_DISCONNECTED|CONNECTION_RESET)/);
  await open(page, '/me');
  const add = page.getByLabel('Add photos');

  // ---- the network goes while two are on their way and one waits
  await page.route(send, (route) => route.abort('internetdisconnected'));
  await add.setInputFiles(['good-01.jpg', 'good-02.jpg', 'good-03.jpg'].map(photo));
  for (const file of ['good-01.jpg', 'good-02.jpg', 'good-03.jpg']) {
    await expect(tile(page, file).getByRole('alert')).toContainText('It did not get through yet.');
  }
  await expect(taken(page)).toHaveCount(0);
  await page.unroute(send);
  await page.evaluate(() => dispatchEvent(new Event('online')));
  await expect(taken(page)).toHaveCount(3);
  await expect(page.getByRole('alert').filter({ hasText: /\S/ })).toHaveCount(0);

  // ---- the photo arrives and its answer does not; nobody says when the network is back
  let lost = 0;
  await page.route(send, async (route) => {
    if (lost++ > 0) return route.continue();
    await route.fetch();
    return route.abort('connectionreset');
  });
  await add.setInputFiles([photo('good-04.jpg')]);
  await expect(tile(page, 'good-04.jpg').getByRole('alert')).toContainText('It did not get through yet.');
  await expect(taken(page)).toHaveCount(4);
  await expect(tile(page, 'good-04.jpg')).toHaveCount(0);
  await open(page, '/me');
  await expect(taken(page)).toHaveCount(4);
});

test('H1 N1 a file that is not taken is shown, where the browser can, beside the reason', async ({ lead }) => {
  const { page } = lead;
  await open(page, '/me');
  await page.getByLabel('Add photos').setInputFiles(['too-small.jpg', 'not-an-image.jpg'].map(photo));
  const shown = tile(page, 'too-small.jpg').locator('img');
  await expect(tile(page, 'too-small.jpg').getByRole('alert')).toHaveText(/is too small/);
  await expect.poll(() => shown.evaluate((img: HTMLImageElement) => img.naturalWidth)).toBe(300);
  await expect(tile(page, 'not-an-image.jpg').getByRole('alert')).toHaveText(/not a JPEG/);
  await expect(tile(page, 'not-an-image.jpg').locator('img')).toHaveCount(0);
});

test('H1 what the browser can tell of a file is said before it is sent, in the words of the server', async ({ lead }) => {
  const { page } = lead;
  let sent = 0;
  await page.route('**/members/*/photos', (route) => {
    sent += 1;
    return route.continue();
  });
  await open(page, '/me');
  const add = page.getByLabel('Add photos');
  await add.setInputFiles([photo('good-01.jpg')]);
  await expect(taken(page)).toHaveCount(1);
  expect(sent).toBe(1);
  const good = await readFile(photo('good-01.jpg'));
  await add.setInputFiles([
    { name: 'notes.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('notes') },
    { name: 'large.jpg', mimeType: 'image/jpeg', buffer: Buffer.concat([good, Buffer.alloc(20 * 1024 * 1024)]) },
    { name: 'again.jpg', mimeType: 'image/jpeg', buffer: good },
    { name: 'screen.avif', mimeType: 'image/avif', buffer: Buffer.from('\0\0\0\x1cftypavif\0\0\0\0') },
  ]);
  for (const [file, reason] of [
    ['notes.jpg', /^This is not a JPEG,( HEIC,)? PNG or WebP photo\. Save it as JPEG and add that\.$/],
    ['large.jpg', 'This file is larger than 20 MB. Save a smaller copy and add that.'],
    ['again.jpg', 'The same picture as photo 1. Choose a different one.'],
    ['screen.avif', 'AVIF pictures do not work here. Save this one as JPEG and add that.'],
  ] as const) {
    await expect(tile(page, file).getByRole('alert')).toHaveText(reason);
  }
  expect(sent).toBe(1);

  // ---- one file twice in one selection goes out once, and again when the other is dismissed
  const other = await readFile(photo('broken.jpg'));
  const twice = ['one.jpg', 'two.jpg'].map((name) => ({ name, mimeType: 'image/jpeg', buffer: other }));
  await add.setInputFiles(twice);
  await expect(tile(page, 'one.jpg').getByRole('alert')).toHaveText(/damaged/);
  await expect(tile(page, 'two.jpg').getByRole('alert')).toHaveText(/You chose this file already/);
  expect(sent).toBe(2);

  // ---- after a reload the page still knows what is in
  await open(page, '/me');
  await add.setInputFiles([photo('good-01.jpg')]);
  await expect(tile(page, 'good-01.jpg').getByRole('alert')).toHaveText(/The same picture as photo 1/);
  expect(sent).toBe(2);
});

test('H1 a phone offers its camera, and photos can be dropped anywhere', async ({ lead, visitor }) => {
  const { page } = lead;
  await open(page, '/me');
  await expect(page.getByText('Take a photo')).toBeHidden();
  const transfer = await dragged(page, 'good-03.jpg');
  const heading = page.getByRole('heading', { level: 1 });
  await heading.dispatchEvent('dragover', { dataTransfer: transfer });
  await expect(page.locator('.drop')).toHaveClass(/over/);
  await heading.dispatchEvent('drop', { dataTransfer: transfer });
  await expect(page.locator('.drop')).not.toHaveClass(/over/);
  await expect(taken(page)).toHaveCount(1);

  const phone = await visitor({ hasTouch: true, isMobile: true, viewport: { width: 390, height: 844 } });
  await phone.context().addCookies(await page.context().cookies());
  await open(phone, '/me');
  const camera = phone.getByLabel('Take a photo');
  await expect(phone.getByText('Take a photo')).toBeVisible();
  await expect(camera).toHaveAttribute('capture', 'user');
  await camera.setInputFiles([photo('good-04.jpg')]);
  await expect(taken(phone)).toHaveCount(2);
  await axe(phone);
});

test('H2 C2 a photo that comes after the submit begins no other shoot, and the page offers one', async ({ richLead }) => {
  const { page, request, member } = await withPhotos(richLead, ENOUGH);
  // Submitted in another tab; what follows is the same while the headshots are made and after.
  await post(request, `/members/${member}/submit`);
  await page.getByLabel('Add photos').setInputFiles([photo('good-09.png')]);
  const late = page.getByRole('status').filter({ hasText: 'These photos are submitted already.' });
  await expect(late).toContainText('no other shoot has begun');
  await expect(tile(page, 'good-09.png').getByRole('alert')).toHaveText(/came too late/);
  await expect(page.getByRole('button', { name: /^Submit/ })).toBeDisabled();
  await expect(page.getByLabel('Add photos')).toBeDisabled();
  await axe(page);
  await late.getByRole('link', { name: 'Begin another shoot' }).click();
  await expect(page).toHaveURL('/me?another');
  const ready = page.getByRole('heading', { name: /^Here you are/ });
  const waits = page.getByText('You can begin another shoot when these headshots are ready.');
  await expect(ready.or(waits)).toBeVisible();
  await expect(ready).toBeVisible({ timeout: 120_000 });
  await hydrated(page);
  await expect(page.getByText('0 photos added')).toBeVisible();
  await page.getByLabel('Add photos').setInputFiles([photo('good-09.png')]);
  await expect(taken(page)).toHaveCount(1);
});

test('H2 C2 what another tab has removed or added is not submitted unseen', async ({ richLead }) => {
  const { page, request, member } = await withPhotos(richLead, ENOUGH);
  const source = await page.getByRole('img', { name: 'Photo 1' }).getAttribute('src');
  await post(request, `/members/${member}${source!.split('?')[0]}/remove`);
  await addPhotos(request, member, [photo('good-09.png')]);
  await page.getByRole('button', { name: 'Submit 8 photos' }).click();
  await expect(page.getByRole('alert').filter({ hasText: /^The photos here have changed/ })).toBeVisible();
  await hydrated(page);
  await addPhotos(request, member, [photo('good-10.webp')]);
  await page.getByRole('button', { name: 'Submit 8 photos' }).click();
  await expect(page.getByRole('button', { name: 'Submit 9 photos' })).toBeVisible();
  await hydrated(page);
  await page.getByRole('button', { name: 'Submit 9 photos' }).click();
  await expect(page.getByRole('heading', { name: /headshots are being made|^Here you are/ })).toBeVisible();
});

test('N6 a page that woke up late notices that the headshots are ready', async ({ richLead }) => {
  const { page } = richLead;
  const request = page.context().request;
  const member = await memberId(request);
  await shoot(request, member, ENOUGH);
  const client = '**/pkg/shoot/*.wasm';
  const wakeLate = async (route: Route) => {
    const ready = async () => (await request.get(`/members/${member}/progress`)).json();
    await expect.poll(ready, { timeout: 120_000 }).toBe('ready');
    await route.continue();
  };
  // Not the page that comes instead.
  await page.route(client, wakeLate, { times: 1 });
  await page.goto('/me');
  await expect(page.getByRole('heading', { name: /^Here you are/ })).toBeVisible({ timeout: 150_000 });
});

test('N6 a bar whose end nobody knows does not look empty', async ({ richLead }) => {
  const { page } = richLead;
  const request = page.context().request;
  await page.route('**/progress', (route) => route.fulfill({ json: 'generating' }));
  await shoot(request, await memberId(request), ENOUGH);
  await open(page, '/me');
  const bar = page.getByRole('progressbar', { name: 'Making the headshots' });
  if (await bar.isVisible()) {
    expect(await bar.evaluate((bar) => getComputedStyle(bar).backgroundImage)).toContain('gradient');
  }
});

test('H8 the button stands in the middle of the place to drop photos', async ({ lead }) => {
  const { page } = lead;
  for (const width of [390, 1440]) {
    await page.setViewportSize({ width, height: 844 });
    await open(page, '/me');
    const center = async (selector: string) => {
      const box = (await page.locator(selector).boundingBox())!;
      return box.x + box.width / 2;
    };
    expect(Math.abs((await center('.drop')) - (await center('.drop .btn')))).toBeLessThan(1);
  }
});

test('C4 C2 out of credits loses nothing: the lead is told once, and after a grant it goes on', async ({ lead, visitor }) => {
  await lead.grant(1);
  const ada = address('ada.lovelace');
  await lead.invite(ada);
  const adas = await visitor();
  await join(adas.context().request, linkIn(await mailTo(ada), '/i/'), 'Ada Lovelace');
  const member = await memberId(adas.context().request);
  await addPhotos(adas.context().request, member, ENOUGH);
  // The lead's own shoot takes the only credit.
  const leads = lead.page.context().request;
  await shoot(leads, await memberId(leads), ENOUGH);

  // Whoever leads is told before submitting.
  await open(lead.page, `/members/${member}/shoot`);
  await expect(lead.page.getByText('has no credits left.')).toBeVisible();
  await expect(lead.page.getByRole('link', { name: 'Get credits' })).toHaveAttribute('href', '/credits');

  await open(adas, '/me');
  for (const _ of ['first', 'second']) {
    const answer = adas.waitForResponse((response) => response.request().method() === 'POST');
    await adas.getByRole('button', { name: 'Submit 8 photos' }).click();
    expect((await answer).status()).toBe(402);
    await expect(adas.getByRole('alert').filter({ hasText: 'Your team is out of credits.' })).toContainText(
      'Your photos stay here, your Team Lead has been told',
    );
    await hydrated(adas);
    await expect(taken(adas)).toHaveCount(8);
  }
  await axe(adas);
  const told = await mailTo(lead.address, { subject: 'out of credits' });
  expect(told.text).toContain('Ada Lovelace');
  expect(linkIn(told, '/credits')).toContain('/credits');
  // A mail that is queued after the second attempt, and here: one that came with it would be here too.
  await post(adas.context().request, '/sign-in', { email: lead.address });
  await codeFor(lead.address);
  const all = await mailsTo(lead.address);
  expect(all.filter((mail) => mail.subject.includes('out of credits'))).toHaveLength(1);

  await lead.grant(1);
  await open(adas, '/me');
  await adas.getByRole('button', { name: 'Submit 8 photos' }).click();
  await expect(adas.getByRole('heading', { name: 'Your headshots are being made' })).toBeVisible();
  await open(lead.page, '/credits');
  await expect(lead.page.getByRole('region', { name: 'Balance' })).toContainText('0 credits left');
  await expect(lead.page.getByRole('region', { name: 'Ledger' }).getByRole('row')).toHaveCount(5);
});

/** What somebody holds who drags a photo over the page. */
async function dragged(page: Page, name: string) {
  const bytes = (await readFile(photo(name))).toString('base64');
  return page.evaluateHandle(
    ([name, bytes]) => {
      const transfer = new DataTransfer();
      const content = Uint8Array.from(atob(bytes), (char) => char.charCodeAt(0));
      transfer.items.add(new File([content], name, { type: 'image/jpeg' }));
      return transfer;
    },
    [name, bytes] as const,
  );
}

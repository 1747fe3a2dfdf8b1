// Open pages follow what happens, however many tabs there are. N7
import { address, expect, open, test, type Page } from '../fixtures.ts';

test('N7 eight tabs share one stream of events, and each of them follows', async ({ richLead }) => {
  const context = richLead.page.context();
  let streams = 0;
  context.on('request', (request) => (streams += new URL(request.url()).pathname === '/events' ? 1 : 0));

  // Over HTTP/1.1 a browser opens six connections to one server.
  const tabs: Page[] = [richLead.page];
  for (let n = 1; n < 8; n++) tabs.push(await context.newPage());
  for (const tab of tabs) await open(tab, '/members');
  expect(streams).toBe(1);

  const invited = address('carol');
  await richLead.invite(invited);
  for (const tab of tabs) await expect(tab.getByText(invited)).toBeVisible();

  // The tab that holds the stream is closed: another takes over.
  await tabs.shift()!.close();
  const later = address('daniel');
  await expect.poll(() => streams).toBe(2);
  await richLead.invite(later);
  for (const tab of tabs) await expect(tab.getByText(later)).toBeVisible();
});

test('N7 a stream that a proxy refused while the server was away is asked for again', async ({ guard, richLead }) => {
  const { page } = richLead;
  guard.allow(/status of 502|^502 for .*events/);
  const refused = page.waitForResponse('**/events');
  await page.route('**/events', (route) => route.fulfill({ status: 502 }), { times: 1 });
  await open(page, '/members');
  expect((await refused).status()).toBe(502);
  const again = await page.waitForResponse('**/events');
  expect(again.status()).toBe(200);
  const invited = address('carol');
  await richLead.invite(invited);
  await expect(page.getByText(invited)).toBeVisible();
});

// Every list of the console when there is nothing in it, while it is fetched, and when it could not be. N6
import { expect, hydrated, open, test, type Page } from '../fixtures.ts';

interface List {
  path: string;
  /** Where the client reads it. */
  from: string;
  empty: string;
  /** What the empty list offers next: a link or a button. */
  next: RegExp;
}

const LISTS: List[] = [
  { path: '/members', from: 'members/list', empty: 'Only you so far', next: /Add member/ },
  { path: '/members?q=nobody', from: 'members/list', empty: 'Nobody matches', next: /Show everybody/ },
  { path: '/teams', from: 'teams/list', empty: 'No teams yet', next: /Add team/ },
  { path: '/headshots', from: 'headshots/list', empty: 'No headshots yet', next: /My own photos/ },
  { path: '/credits', from: 'credits/show', empty: 'No credits have moved yet', next: /credits/ },
  { path: '/history?act=link_revoked', from: 'history/list', empty: 'Nothing here yet', next: /Show everything/ },
  { path: '/settings', from: 'domains/list', empty: 'No domains yet', next: /Add domain/ },
];

for (const { path, from, empty, next } of LISTS) {
  test(`N6 ${path} says what to do next when it is empty`, async ({ lead }) => {
    const { page } = lead;
    await open(page, path);
    await expect(page.getByRole('heading', { name: empty })).toBeVisible();
    const main = page.getByRole('main');
    await expect(main.getByRole('link', { name: next }).or(main.getByRole('button', { name: next })).first()).toBeVisible();
  });

  test(`N6 ${path} says that it is loading, what went wrong, and tries again`, async ({ lead, guard }) => {
    const { page } = lead;
    guard.allow(/net::ERR_CONNECTION_RESET|Failed to load resource/);
    await open(page, '/help/inviting');
    let letGo = () => {};
    const gate = new Promise<void>((opened) => (letGo = opened));
    const list = `**/fn/${from}*`;
    await page.route(list, async (route) => {
      await gate;
      await route.abort('connectionreset');
    });
    await go(page, path);
    await expect(page.getByText('Loading…').first()).toBeVisible();
    letGo();
    const again = page.getByRole('button', { name: 'Try again' });
    await expect(again.first()).toBeVisible();
    await page.unroute(list);
    await again.first().click();
    await expect(page.getByRole('heading', { name: empty })).toBeVisible();
    await expect(again).toHaveCount(0);
  });
}

/** Within the client, as its own links go. */
async function go(page: Page, path: string): Promise<void> {
  await hydrated(page);
  await page.evaluate((to) => {
    const link = document.createElement('a');
    link.href = to;
    document.querySelector('main')!.append(link);
    link.click();
  }, path);
}

// The console's code comes in parts, each when it is needed. N1
import { expect, open, test, type Page } from '../fixtures.ts';

/** The files of WebAssembly that a page asks for from now on, without their folders. */
function asked(page: Page): string[] {
  const names: string[] = [];
  page.on('request', (request) => {
    const name = new URL(request.url()).pathname.split('/').pop()!;
    if (name.endsWith('.wasm')) names.push(name);
  });
  return names;
}

test('N1 a page loads its own part, and another when it is pointed at', async ({ lead }) => {
  const { page } = lead;
  const names = asked(page);
  await open(page, '/dashboard');
  expect(names).toContain('split_dashboard.wasm');
  expect(names).not.toContain('split_members.wasm');
  expect(names).not.toContain('split_add_member.wasm');
  expect(names).not.toContain('split_settings.wasm');
  // Each once, although the document asks for it before the program does.
  expect(names.filter((name) => name === 'split_dashboard.wasm')).toHaveLength(1);

  const loaded = page.waitForResponse(/split_settings\.wasm/);
  await page.getByRole('link', { name: 'Settings', exact: true }).hover();
  await loaded;
  await page.getByRole('link', { name: 'Settings', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible();
  expect(names.filter((name) => name === 'split_settings.wasm')).toHaveLength(1);
});

test('N1 who opens the dialog by its address has it at once', async ({ richLead: lead }) => {
  const { page } = lead;
  const names = asked(page);
  await open(page, '/members?add=managed');
  expect(names).toContain('split_members.wasm');
  expect(names).toContain('split_add_member.wasm');
  await expect(page.getByRole('dialog', { name: 'Add member' })).toBeVisible();
});

test('N1 a part that cannot be loaded says so, and how to go on', async ({ lead, guard }) => {
  const { page } = lead;
  guard.allow(/split_settings\.wasm|TypeError|404/);
  await open(page, '/dashboard');
  // As after an update of the server, which has other files.
  await page.route('**/split_settings.wasm', (route) => route.fulfill({ status: 404 }));
  await page.getByRole('link', { name: 'Settings', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'This page could not be loaded' })).toBeVisible();
  await page.unrouteAll({ behavior: 'wait' });
  await page.getByRole('link', { name: 'Load the page again' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible();
});

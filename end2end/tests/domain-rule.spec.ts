// The domain rule as one table for browser and server: what src/domain judges natively in the Rust
// tests, the browser judges here with the same code and its own IDNA. L3, QUALITY 9
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { expect, test } from '../fixtures.ts';

interface Case {
  rule: string;
  address: string;
  outcome: string;
  why: string;
}

const ROOT = resolve(import.meta.dirname, '../..');
const BUILT = process.env.DOMAIN_RULE_TABLE ?? join(ROOT, 'target/domain-rule-table');

test('L3 every case of the domain rule’s table is judged in the browser as on the server', async ({ visitor }) => {
  const table = JSON.parse(await readFile(join(ROOT, 'tests/tables/domain_rule.json'), 'utf8')) as Case[];
  expect(table.length).toBeGreaterThan(60);
  const page = await visitor();
  // A page of nobody's, on our own origin, that may load nothing but these two files.
  await page.route('**/domain-rule-table/*', async (route) => {
    const name = new URL(route.request().url()).pathname.split('/').pop()!;
    if (name === 'page') return route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>Table</title>' });
    const contentType = name.endsWith('.wasm') ? 'application/wasm' : 'text/javascript';
    return route.fulfill({ contentType, body: await readFile(join(BUILT, name)) });
  });
  await page.goto('/domain-rule-table/page');
  const outcomes = await page.evaluate(async (cases) => {
    const script = '/domain-rule-table/domain_rule_table.js';
    const { default: start, judge_address } = await import(script);
    await start({ module_or_path: '/domain-rule-table/domain_rule_table_bg.wasm' });
    return cases.map(({ rule, address }) => judge_address(rule, address) as string);
  }, table);
  const judged = table.map((one, n) => ({ ...one, outcome: outcomes[n] }));
  expect(judged).toEqual(table);
});

// Pastes as from another program, and drops files as from the desktop.
import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';

import { expect, type Page } from '@playwright/test';

const FOLDER = resolve(import.meta.dirname, '../../tests/pastes');

/** What real programs put on the clipboard and into files; the tests in Rust read the same. */
export async function sample(file: string): Promise<string> {
  return readFile(resolve(FOLDER, file), 'utf8');
}

export function samplePath(file: string): string {
  return resolve(FOLDER, file);
}

/** Pastes into the focused field, as from another program. */
export async function paste(page: Page, text: string): Promise<void> {
  await expect(page.getByLabel('Email addresses')).toBeFocused();
  await page.evaluate((text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', text);
    const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
    document.activeElement!.dispatchEvent(event);
  }, text);
}

/** Drops a file onto the address field. */
export async function drop(page: Page, path: string): Promise<void> {
  const bytes = [...(await readFile(path))];
  const dataTransfer = await page.evaluateHandle(
    ([bytes, name]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([new Uint8Array(bytes)], name, { type: 'text/csv' }));
      return transfer;
    },
    [bytes, basename(path)] as const,
  );
  const box = page.locator('.box.chips');
  await box.dispatchEvent('dragover', { dataTransfer });
  await box.dispatchEvent('drop', { dataTransfer });
}

// Starts what the tests talk to, once for all of them: a mail server, what single sign-on needs, and one
// Headcount. Tests find
// them by the environment, which Playwright hands on to its workers.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { FullConfig } from '@playwright/test';

import { startHeadcount } from './headcount.ts';
import { startMailServer } from './mail-server.ts';
import { startOutside } from './outside.ts';

export default async function setup(config: FullConfig): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'headcount-end2end-'));
  const mail = await startMailServer();
  const outside = await startOutside();
  const log = join(config.projects[0]!.outputDir, 'server.log');
  const headcount = await startHeadcount({ folder, smtpUrl: mail.smtpUrl, log });
  process.env.BASE_URL = headcount.url;
  process.env.MAILBOX_URL = mail.url;
  return async () => {
    try {
      await headcount.stop();
    } finally {
      await mail.stop();
      await outside.stop();
      await rm(folder, { recursive: true, force: true });
    }
  };
}

// How the browser tests run. `./x test e2e` gives them a database, the server's program, the built
// clients and a Chromium; support/setup.ts starts a mail server and Headcount itself.
import { defineConfig } from '@playwright/test';

// With SCREENS_DIR set, the run takes pictures of the screens instead: see tests/screens.spec.ts.
const screens = 'screens.spec.ts';
const tests = {
  testDir: 'tests',
  ...(process.env.SCREENS_DIR ? { testMatch: screens } : { testIgnore: screens }),
};
// ./x bench browser: what is measured wants the machine for itself.
const benches = { testDir: 'benches', workers: 1 };

export default defineConfig({
  globalSetup: './support/setup.ts',
  reporter: [['list']],
  // A page's debug client is many megabytes; a machine that builds beside the tests is slow.
  timeout: 240_000,
  expect: { timeout: 30_000 },
  workers: 2,
  ...(process.env.BENCH ? benches : tests),
  retries: 0,
  forbidOnly: process.env.CI === 'true',
  use: {
    browserName: 'chromium',
    actionTimeout: 30_000,
    navigationTimeout: 60_000,
    locale: 'en-GB',
    timezoneId: 'Europe/Oslo',
    trace: process.env.TRACE ? 'retain-on-failure' : 'off',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM,
      args: [
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-dev-shm-usage',
        // Chromium cannot sandbox itself as root, which is who we are in a container.
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ],
    },
  },
});

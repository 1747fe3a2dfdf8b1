// Firefox, driven by WebDriver BiDi. Playwright's own Firefox is a patched one that has to be downloaded; this is
// the one that people have.
import { expect } from '@playwright/test';
import { launch, type Browser, type Page } from 'puppeteer-core';

/** A person's Firefox. What went wrong on its pages is in `problems`. */
export class Firefox {
  readonly problems: string[] = [];

  private constructor(private readonly browser: Browser) {}

  static async start(): Promise<Firefox> {
    const executablePath = process.env.FIREFOX;
    if (!executablePath) throw new Error('FIREFOX is missing: run the tests with ./x test e2e');
    return new Firefox(await launch({ browser: 'firefox', executablePath, headless: true }));
  }

  async newPage(): Promise<FirefoxPage> {
    const context = await this.browser.createBrowserContext();
    const page = await context.newPage();
    page.on('pageerror', (error) => this.problems.push(`uncaught: ${(error as Error).message}`));
    page.on('console', (message) => {
      // The browser's remark about a status that a test provokes.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
        this.problems.push(`console: ${message.text()}`);
      }
    });
    return new FirefoxPage(page);
  }

  async close(): Promise<void> {
    await this.browser.close();
  }
}

/** A tab of it. */
export class FirefoxPage {
  constructor(readonly page: Page) {}

  /** Opens a page and waits for its client. */
  async open(path: string): Promise<void> {
    await this.page.goto(new URL(path, process.env.BASE_URL).href);
    await this.hydrated();
  }

  /** Waits until the page's client has taken over. */
  async hydrated(): Promise<void> {
    await this.page.waitForSelector('html[data-hydrated]', { timeout: 60_000 });
  }

  /** Waits for the page of this path, and for its client. */
  async arrives(path: string): Promise<void> {
    await this.page.waitForFunction((path) => location.pathname === path, { timeout: 60_000 }, path);
    await this.hydrated();
  }

  async fill(label: string, value: string): Promise<void> {
    const field = await this.page.waitForFunction(
      (label) => {
        const labels = [...document.querySelectorAll('label')];
        return labels.find((one) => one.checkVisibility() && one.textContent!.trim().startsWith(label))?.control;
      },
      { timeout: 30_000 },
      label,
    );
    const element = field.asElement() as Awaited<ReturnType<Page['$']>>;
    await element!.click();
    await element!.type(value);
  }

  /** Presses a button or follows a link by its words, once it stands still: a dialog that opens moves it away. */
  async press(words: string): Promise<void> {
    const found = await this.page.waitForFunction(
      async (words) => {
        const one = [...document.querySelectorAll<HTMLElement>('button, a, [role=tab]')].find(
          (one) => one.checkVisibility() && !one.matches(':disabled') && one.innerText.trim().startsWith(words),
        );
        const place = () => JSON.stringify(one?.getBoundingClientRect());
        const before = place();
        await new Promise((then) => requestAnimationFrame(() => requestAnimationFrame(then)));
        return one?.isConnected && place() === before && one;
      },
      { timeout: 30_000 },
      words,
    );
    await (found.asElement() as Awaited<ReturnType<Page['$']>>)!.click();
  }

  /** Waits until these words can be read. */
  async reads(words: string, timeout = 60_000): Promise<void> {
    const read = () => document.body.innerText.replace(/\s+/g, ' ');
    await expect.poll(() => this.page.evaluate(read).catch(() => ''), { timeout }).toContain(words);
  }

  async chooseFiles(selector: string, files: string[]): Promise<void> {
    const field = await this.page.waitForSelector(selector);
    await (field as unknown as { uploadFile(...paths: string[]): Promise<void> }).uploadFile(...files);
  }
}

// Watches everything that a page does in the background. What a person would not notice, a test
// must not miss: errors in the console, broken requests, anything fetched from elsewhere. N1, N4
import type { BrowserContext, ConsoleMessage, Page, Request, Response } from '@playwright/test';

/** A picture or script that is not there is a mistake; a page or an answer of 4xx may be meant. */
const NEVER_MISSING = ['image', 'script', 'stylesheet', 'font'];

export class Guard {
  readonly problems: string[] = [];
  private readonly allowed: RegExp[] = [];

  /** A test that provokes something on purpose says so first. */
  allow(problem: RegExp): void {
    this.allowed.push(problem);
  }

  watch(context: BrowserContext): void {
    context.on('console', (message) => this.heard(message));
    context.on('weberror', (error) => this.note(`uncaught: ${error.error().message}`));
    context.on('request', (request) => this.asked(request));
    context.on('response', (response) => this.answered(response));
    context.on('requestfailed', (request) => this.failed(request));
  }

  private heard(message: ConsoleMessage): void {
    if (!['error', 'warning'].includes(message.type())) return;
    // The browser's remark about a status; `answered` judges statuses.
    if (message.text().startsWith('Failed to load resource: the server responded with a status')) return;
    // Behind the words of a Rust panic comes a stack of WebAssembly that says nothing.
    const words = message.text().split('\n\nStack:')[0];
    this.note(`console ${message.type()}: ${words} (${whereIs(message.page())})`);
  }

  private asked(request: Request): void {
    const url = new URL(request.url());
    if (['data:', 'blob:', 'about:'].includes(url.protocol)) return;
    if (url.origin !== process.env.BASE_URL) this.note(`a request left the server: ${request.url()}`);
  }

  private answered(response: Response): void {
    const broken = response.status() >= 500;
    const missing = response.status() >= 400 && NEVER_MISSING.includes(response.request().resourceType());
    if (broken || missing) this.note(`${response.status()} for ${response.url()}`);
  }

  private failed(request: Request): void {
    const why = request.failure()?.errorText ?? '';
    // Navigating away or cancelling ends requests; a download leaves its navigation.
    if (why !== 'net::ERR_ABORTED') this.note(`${why} for ${request.url()}`);
  }

  private note(problem: string): void {
    if (!this.allowed.some((allowed) => allowed.test(problem))) this.problems.push(problem);
  }
}

function whereIs(page: Page | null): string {
  return page ? new URL(page.url()).pathname : 'no page';
}

// The program under test: the server, as production runs it, and the operator's command line.
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

const ROOT = resolve(import.meta.dirname, '../..');
const BIN = process.env.HEADCOUNT_BIN ?? join(ROOT, 'target/debug/headcount');

/** Who members with many headshot sessions are told to write to. */
export const SUPPORT = 'support@headcount.example';

/** Who is mailed when leads ask for credits. C7 */
export const OPERATOR = 'operator@headcount.example';

/** Runs one command of the operator; gives what it says. */
export async function operator(...command: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(BIN, command, { env: process.env });
  return stdout.trim();
}

/** Gives an organization credits. C7 */
export async function grant(org: string, credits: number): Promise<void> {
  await operator('grant', '--org', org, '--credits', String(credits));
}

interface Settings {
  /** Where it keeps pictures; empty. */
  folder: string;
  smtpUrl: string;
  /** The file for what it logs. */
  log: string;
}

/** Starts the server on a free port and waits until it answers. */
export async function startHeadcount(settings: Settings): Promise<{ url: string; stop(): Promise<void> }> {
  const { folder, smtpUrl, log } = settings;
  if (!process.env.DATABASE_URL) throw new Error('DATABASE_URL is missing: run the tests with ./x test e2e');
  const bind = `127.0.0.1:${await freePort()}`;
  const url = `http://${bind}`;
  Object.assign(process.env, {
    BIND: bind,
    BASE_URL: url,
    SECRET_KEY: randomBytes(32).toString('hex'),
    SMTP_URL: smtpUrl,
    MAIL_FROM: 'Headcount <headcount@headcount.example>',
    STORAGE_URL: `file://${folder}`,
    DIST_DIR: process.env.DIST_DIR ?? join(ROOT, 'dist/dev'),
    PUBLIC_DIR: process.env.PUBLIC_DIR ?? join(ROOT, 'public'),
    SUPPORT_ADDRESS: SUPPORT,
    OPERATOR_ADDRESS: OPERATOR,
    // The people in the fixtures are invited by every test that uses them, and again when it is repeated.
    INVITE_MAILS_PER_RECIPIENT: '1000',
    // Each test comes from a network of its own: see fixtures.ts.
    TRUST_PROXY: 'true',
  });
  mkdirSync(dirname(log), { recursive: true });
  const output = openSync(log, 'w');
  const server = spawn(BIN, ['serve'], { cwd: folder, env: process.env, stdio: ['ignore', output, output] });
  closeSync(output);
  // However this process ends, the server does not outlive it.
  process.once('exit', () => server.kill('SIGKILL'));
  process.once('SIGTERM', () => process.exit(143));
  await answers(`${url}/healthz`, server, log);
  return { url, stop: () => stop(server, log) };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((listening) => probe.listen(0, '127.0.0.1', listening));
  const { port } = probe.address() as AddressInfo;
  await new Promise((closed) => probe.close(closed));
  return port;
}

async function answers(url: string, server: ChildProcess, log: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const good = await fetch(url).then((answer) => answer.ok, () => false);
    if (good) return;
    if (server.exitCode !== null || Date.now() > deadline) {
      throw new Error(`the server did not start; ${log} says:\n${readFileSync(log, 'utf8').slice(-4000)}`);
    }
    await pause(50);
  }
}

/** Ends the server as an operator does. What it logged as an error is one, whatever the pages showed. */
async function stop(server: ChildProcess, log: string): Promise<void> {
  const ended = new Promise<number | null>((exited) => {
    if (server.exitCode !== null) exited(server.exitCode);
    server.once('exit', exited);
  });
  server.kill('SIGTERM');
  const code = await ended;
  const lines = readFileSync(log, 'utf8').replace(/\x1b\[[0-9;]*m/g, '').split('\n');
  const errors = lines.filter((line) => /\bERROR\b|panicked at/.test(line));
  if (errors.length > 0) throw new Error(`the server logged errors:\n${errors.join('\n')}`);
  if (code !== 0) throw new Error(`the server ended with status ${code}`);
}

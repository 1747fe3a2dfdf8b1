// Everybody's mailbox, as the tests see it; the mails themselves are in the process of the mail
// server.
import type { Mail } from './mail-server.ts';

export type { Mail } from './mail-server.ts';

/** Waits for the next mail to `address` that no earlier call was given. */
export async function mailTo(address: string, wanted: { subject?: string } = {}): Promise<Mail> {
  const answer = await ask('next', { to: address, subject: wanted.subject ?? '' });
  if (answer.ok) return (await answer.json()) as Mail;
  const others = ((await answer.json()) as string[]).map((subject) => `“${subject}”`).join(', ') || 'none';
  throw new Error(`no mail to ${address} about “${wanted.subject ?? ''}” came; there were: ${others}`);
}

/** All mails to `address` until now. */
export async function mailsTo(address: string): Promise<Mail[]> {
  return (await ask('all', { to: address })).json() as Promise<Mail[]>;
}

/** The six digits that were mailed to `address` last. */
export async function codeFor(address: string): Promise<string> {
  const mail = await mailTo(address, { subject: 'is your Headcount code' });
  return mail.subject.slice(0, 6);
}

/** The one link in a mail to a page of Headcount whose path begins so. */
export function linkIn(mail: Mail, path: '/i/' | '/r/' | '/c/' | '/me' | '/sign-up' | '/credits' | '/account'): string {
  const links = mail.text.match(/https?:\/\/\S+/g)?.filter((link) => new URL(link).pathname.startsWith(path)) ?? [];
  if (links.length !== 1) throw new Error(`one link to ${path}… is expected in:\n${mail.text}`);
  return links[0]!;
}

function ask(question: string, about: Record<string, string>): Promise<Response> {
  return fetch(`${process.env.MAILBOX_URL}/${question}?${new URLSearchParams(about)}`);
}

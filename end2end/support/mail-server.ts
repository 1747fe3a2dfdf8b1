// A real SMTP server. It keeps each mail, parsed, under each of its recipients, and hands them to
// the tests, which run in other processes, over HTTP; whoever asks before the mail is there waits.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

/** A mail as its recipient sees it. */
export interface Mail {
  to: string;
  from: string;
  subject: string;
  text: string;
  html: string;
  messageId: string;
  /** The content types of its parts, such as `text/plain`, in the order they were sent. */
  parts: string[];
}

/** Mail to a local part that begins so is refused, as by a server that has no such mailbox. */
const REFUSED = 'nobody-here';

/** How long a question waits for its mail, in milliseconds. */
const PATIENCE = 60_000;

interface Wanted {
  to: string;
  subject: string;
  give(mail: Mail): void;
}

class Mails {
  private readonly kept: Mail[] = [];
  private readonly taken = new Set<Mail>();
  private readonly waiting = new Set<Wanted>();

  add(mail: Mail): void {
    this.kept.push(mail);
    for (const wanted of this.waiting) {
      if (fits(mail, wanted)) {
        this.taken.add(mail);
        return wanted.give(mail);
      }
    }
  }

  /** The oldest mail that fits and was not handed out before, now or when it comes; or nothing. */
  next(to: string, subject: string, patience: AbortSignal): Promise<Mail | undefined> {
    const mail = this.kept.find((mail) => !this.taken.has(mail) && fits(mail, { to, subject }));
    if (mail) {
      this.taken.add(mail);
      return Promise.resolve(mail);
    }
    return new Promise((answer) => {
      const end = (mail?: Mail) => {
        this.waiting.delete(wanted);
        answer(mail);
      };
      const wanted = { to, subject, give: end };
      this.waiting.add(wanted);
      patience.addEventListener('abort', () => end());
    });
  }

  all(to: string): Mail[] {
    return this.kept.filter((mail) => mail.to === to);
  }
}

function fits(mail: Mail, wanted: { to: string; subject: string }): boolean {
  return mail.to === wanted.to && mail.subject.includes(wanted.subject);
}

export async function startMailServer(): Promise<{ smtpUrl: string; url: string; stop(): Promise<void> }> {
  const mails = new Mails();
  const smtp = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    onRcptTo(address, _session, answer) {
      if (!address.address.startsWith(REFUSED)) return answer();
      answer(Object.assign(new Error('No such mailbox here'), { responseCode: 550 }));
    },
    onData(stream, session, answer) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        read(Buffer.concat(chunks), session.envelope.rcptTo.map((to) => to.address.toLowerCase()))
          .then((read) => read.forEach((mail) => mails.add(mail)))
          .then(() => answer(), answer);
      });
    },
  });
  await new Promise<void>((listening, failed) => {
    smtp.on('error', failed);
    smtp.listen(0, '127.0.0.1', listening);
  });
  // A client that goes away in the middle is its own business.
  smtp.removeAllListeners('error').on('error', () => {});

  const http = createServer((request, response) => answerQuestion(mails, request, response));
  await new Promise<void>((listening) => http.listen(0, '127.0.0.1', listening));
  return {
    smtpUrl: `smtp://127.0.0.1:${portOf(smtp.server)}`,
    url: `http://127.0.0.1:${portOf(http)}`,
    async stop() {
      http.closeAllConnections();
      await Promise.all([
        new Promise<void>((closed) => http.close(() => closed())),
        new Promise<void>((closed) => smtp.close(() => closed())),
      ]);
    },
  };
}

function portOf(server: { address(): ReturnType<Server['address']> }): number {
  return (server.address() as AddressInfo).port;
}

async function read(raw: Buffer, recipients: string[]): Promise<Mail[]> {
  const parsed = await simpleParser(raw);
  const parts = [...raw.toString('latin1').matchAll(/^content-type:\s*([\w/+-]+)/gim)].map((found) => found[1]!);
  return recipients.map((to) => ({
    to,
    from: parsed.from?.text ?? '',
    subject: parsed.subject ?? '',
    text: parsed.text ?? '',
    html: parsed.html || '',
    messageId: parsed.messageId ?? '',
    parts,
  }));
}

/** `GET /next?to=…&subject=…` and `GET /all?to=…`, both JSON. */
async function answerQuestion(mails: Mails, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://mailbox');
  const to = (url.searchParams.get('to') ?? '').toLowerCase();
  const send = (status: number, body: unknown) => void response.writeHead(status).end(JSON.stringify(body));
  if (url.pathname === '/all') return send(200, mails.all(to));

  const gone = new AbortController();
  response.on('close', () => gone.abort());
  const patience = AbortSignal.any([gone.signal, AbortSignal.timeout(PATIENCE)]);
  const mail = await mails.next(to, url.searchParams.get('subject') ?? '', patience);
  if (mail) send(200, mail);
  else send(408, mails.all(to).map((mail) => mail.subject));
}

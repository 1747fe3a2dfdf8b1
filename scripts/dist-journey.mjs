// What somebody does who has just started Headcount, with nothing but plain forms: signs up, names the
// organization, is given credits by the operator, invites somebody, who joins by the link in the mail; signs out
// and in again. Mails come to a mail server in this process.
//
//   HEIC=<taken|refused> node scripts/dist-journey.mjs <base URL> <port of the mail server> \
//     <headcount, as the operator runs it…>
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';

const [base, port, ...headcount] = process.argv.slice(2);
const HEIC = new URL('../tests/pictures/held-sideways.heic', import.meta.url);
const mails = [];

/** Takes every mail, and keeps its text and to whom it went. */
function takeMails(socket) {
  let rest = '';
  let mail;
  const say = (line) => socket.write(`${line}\r\n`);
  socket.on('error', () => {});
  socket.on('data', (bytes) => {
    rest += bytes.toString('latin1');
    for (;;) {
      if (mail?.data !== undefined) {
        const end = rest.startsWith('.\r\n') ? 0 : rest.indexOf('\r\n.\r\n');
        if (end < 0) return;
        mails.push({ to: mail.to, text: decoded(rest.slice(0, end)) });
        rest = rest.slice(rest.indexOf('.\r\n', end) + 3);
        mail = undefined;
        say('250 kept');
        continue;
      }
      const end = rest.indexOf('\r\n');
      if (end < 0) return;
      const line = rest.slice(0, end);
      rest = rest.slice(end + 2);
      const command = line.slice(0, 4).toUpperCase();
      if (command === 'MAIL') mail = {};
      if (command === 'RCPT') mail.to = line.match(/<(.*)>/)[1];
      if (command === 'DATA') mail.data = '';
      say({ EHLO: '250 sink', DATA: '354 go on', QUIT: '221 bye' }[command] ?? '250 ok');
    }
  });
  say('220 sink');
}

/** The words of a mail, whose parts are quoted-printable or base64. */
function decoded(mail) {
  const [head, ...parts] = mail.split(/^--[^\r\n]+$/m);
  const words = parts.map((part) => {
    const [lines, ...body] = part.trimStart().split('\r\n\r\n');
    const text = body.join('\r\n\r\n');
    if (/base64/i.test(lines)) return Buffer.from(text, 'base64').toString();
    if (!/quoted-printable/i.test(lines)) return text;
    const bytes = text.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
    return Buffer.from(bytes, 'latin1').toString();
  });
  return [head, ...words].join('\n');
}

/** The next mail to this address. */
async function mailTo(address) {
  for (let tenths = 0; tenths < 200; tenths += 1) {
    const found = mails.findIndex((mail) => mail.to === address);
    if (found >= 0) return mails.splice(found, 1)[0].text;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`no mail to ${address} came`);
}

/** A browser without scripts. */
class Browser {
  cookies = new Map();

  async open(path, options = {}, fine = [200]) {
    let url = new URL(path, base);
    for (let hops = 0; hops < 10; hops += 1) {
      const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const headers = { ...options.headers, accept: 'text/html', cookie };
      const answer = await fetch(url, { ...options, headers, redirect: 'manual' });
      for (const set of answer.headers.getSetCookie()) {
        const [, name, value] = set.match(/^([^=]+)=([^;]*)/);
        if (value) this.cookies.set(name, value);
        else this.cookies.delete(name);
      }
      const text = await answer.text();
      if (fine.includes(answer.status)) return { path: url.pathname, text };
      if (!answer.headers.has('location')) throw new Error(`${url.pathname} is answered with ${answer.status}:\n${text}`);
      url = new URL(answer.headers.get('location'), url);
      options = {};
    }
    throw new Error(`${path} leads in a circle`);
  }

  /** Sends a form of a page with what somebody typed. */
  async send(page, action, typed) {
    const forms = [...page.text.matchAll(/<form\b([^>]*)>(.*?)<\/form>/gs)];
    const found = forms.find(([, tag]) => attribute(tag, 'action') === action || (action === page.path && !attribute(tag, 'action')));
    if (!found) throw new Error(`${page.path} has no form for ${action}, but ${forms.map(([, tag]) => tag).join(' ')}`);
    const [, , inside] = found;
    const fields = new URLSearchParams();
    for (const [, input] of inside.matchAll(/<(?:input|textarea|select|button)\b([^>]*)>/g)) {
      const name = attribute(input, 'name');
      if (name) fields.set(name, attribute(input, 'value') ?? '');
    }
    for (const [name, value] of Object.entries(typed)) {
      if (!fields.has(name)) throw new Error(`the form for ${action} has no field ${name}, but ${[...fields.keys()].join(' ')}`);
      fields.set(name, value);
    }
    return this.open(action, { method: 'POST', body: fields, headers: { origin: new URL(base).origin } });
  }
}

function attribute(tag, name) {
  const found = tag.match(new RegExp(`(?:^|\\s)${name}(?:="([^"]*)")?(?=[\\s/>]|$)`));
  return found ? (found[1] ?? '').replaceAll('&amp;', '&').replaceAll('&quot;', '"') : undefined;
}

function expect(page, words) {
  if (!page.text.includes(words)) throw new Error(`${page.path} does not say ${words}:\n${page.text}`);
}

/** Asks for a code with a form and types the one that comes. */
async function prove(browser, at, address) {
  const asked = await browser.send(await browser.open(at), at, { email: address });
  const code = (await mailTo(address)).match(/\b\d{6}\b/)[0];
  return browser.send(asked, '/sign-in/code', { code });
}

const sink = createServer(takeMails).listen(Number(port), '127.0.0.1');
try {
  const lead = new Browser();
  const welcome = await prove(lead, '/sign-up', 'lena@company.example');
  await lead.send(welcome, '/welcome', { org: 'Company', name: 'Lena Lead' });
  const [program, ...given] = headcount;
  execFileSync(program, [...given, 'grant', '--org', 'Company', '--credits', '5'], { stdio: 'inherit' });

  const dialog = await lead.open('/members?add=invite');
  await lead.send(dialog, '/fn/invites/send', { addresses: 'ada@company.example' });
  const link = (await mailTo('ada@company.example')).match(/https?:\/\/\S+\/i\/[\w-]+/)[0];
  const ada = new Browser();
  const invite = await ada.open(link);
  expect(invite, 'Company');
  const shoot = await ada.send(invite, invite.path, { name: 'Ada Lovelace' });
  if (!/^\/(me|members\/[^/]+\/shoot)$/.test(shoot.path)) throw new Error(`joining leads to ${shoot.path}`);
  expect(await lead.open('/members'), 'Ada Lovelace');

  // A photo of an iPhone, for which libheif has to be there.
  const action = shoot.text.match(/action="(\/members\/[^/]+\/photos)"/)[1];
  const photos = new FormData();
  photos.set('photo', new Blob([readFileSync(HEIC)], { type: 'image/heic' }), 'photo.heic');
  await ada.open(action, { method: 'POST', body: photos, headers: { origin: new URL(base).origin } }, [200, 422]);
  const heic = /src="\/photos\//.test((await ada.open('/me')).text) ? 'taken' : 'refused';
  if (heic !== process.env.HEIC) throw new Error(`the HEIC photo is ${heic}`);

  await ada.send(await ada.open('/account'), '/sign-out', {});
  const again = await prove(ada, '/sign-in', 'ada@company.example');
  if (again.path === '/sign-in/code') throw new Error(`the code is not taken:\n${again.text}`);
  expect(await ada.open('/account'), 'ada@company.example');
} finally {
  sink.close();
}
console.log('Signed up, invited, joined, signed out and in again, by plain forms.');
process.exit(0);

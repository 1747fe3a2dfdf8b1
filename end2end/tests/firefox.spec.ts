// The main journeys in Firefox: signing up, inviting, sharing a link, joining, photos, headshots. J2, J5, I1, L2, H1, H4
import { address, expect, test as base, unique } from '../fixtures.ts';
import { Firefox } from '../support/firefox.ts';
import { grant } from '../support/headcount.ts';
import { codeFor, linkIn, mailTo } from '../support/mailbox.ts';
import { ENOUGH } from '../support/photos.ts';

const test = base.extend<{ firefox: Firefox }>({
  firefox: async ({}, use) => {
    const firefox = await Firefox.start();
    await use(firefox);
    await firefox.close();
    expect(firefox.problems, 'what went wrong in Firefox').toEqual([]);
  },
});

test('J5 I1 L2 in Firefox a lead signs up, invites people and makes a link', async ({ firefox }) => {
  const [own, grace] = [address('ada'), address('grace')];
  const org = `Harbour ${unique()}`;
  const lead = await firefox.newPage();
  await lead.open('/');
  await lead.fill('Email', own);
  await lead.press('Send me a code');
  await lead.arrives('/sign-in/code');
  await lead.fill('Code', await codeFor(own));
  await lead.arrives('/welcome');
  await lead.fill('Organization', org);
  await lead.fill('Your name', 'Ada Lovelace');
  await lead.press('Create organization');
  await lead.arrives('/dashboard');
  await grant(org, 5);

  await lead.open('/members');
  await lead.press('Add member');
  await lead.fill('Email addresses', `${grace},`);
  await lead.press('Invite 1 member');
  await lead.reads('1 invite is being sent.');
  await lead.reads(grace);
  await mailTo(grace);

  await lead.press('Add member');
  await lead.press('Open invite');
  await lead.fill('Usage limit', '3');
  await lead.press('Create invite link');
  await lead.reads('Your link is ready.');
  await lead.reads('0 of 3 joined');

  // Left while it still loads: nothing is left uncaught.
  for (const page of ['/dashboard', '/members', '/dashboard']) {
    await lead.page.goto(new URL(page, process.env.BASE_URL).href, { waitUntil: 'domcontentloaded' });
  }
  await lead.hydrated();
  await lead.open('/settings');
});

test('J1 H1 H4 in Firefox an invitee joins, adds photos, submits and chooses a headshot', async ({
  firefox,
  richLead: lead,
}) => {
  const ada = address('ada');
  await lead.invite(ada);
  const phone = await firefox.newPage();
  await phone.open(new URL(linkIn(await mailTo(ada), '/i/')).pathname);
  await phone.reads('Your new headshot, in ten minutes');
  await phone.press('Join and start my shoot');
  await phone.arrives('/me');
  await phone.chooseFiles('input[type=file]', ENOUGH);
  await phone.reads('8 photos added');
  await phone.press('Submit 8 photos');
  await phone.reads('Your headshots are being made');
  await phone.reads('Here you are', 120_000);
  await phone.hydrated();
  await phone.press('Choose');
  await phone.reads('is the chosen headshot.');
});

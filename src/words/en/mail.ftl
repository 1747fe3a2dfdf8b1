### What emails say. The value of a message is the subject, its attributes are the parts.

## Every email

# Below a button, before the same link in plain sight.
open-link = Or open this link:
# In plain text, above a note that somebody wrote.
writes = { $by } writes:

## Codes

# Below the digits.
code-works = It works for { $minutes } minutes, and only in the browser that asked for it.

# To somebody who signs in or up. $code is six digits.
sign-in-code = { $code } is your Headcount code
    .preheader = It works for { $minutes } minutes.
    .heading = Your code to sign in to Headcount
    .where = Type it on the page where you asked for it.
    .footer =
        You did not ask for a code? You can ignore this mail. Nobody can sign in without the code, so
        don’t share it with anyone.

# To the operator, from headcount check.
mail-check = Headcount can send mail
    .preheader = This server reaches its mail server.
    .text = This server reaches its mail server, and the mail server took this mail. If it came with a warning or among spam, look at SPF, DKIM and DMARC of the sender’s domain.
    .footer = You get this because somebody ran headcount check.

# To an address with which, or from a network from which, many codes were asked for. $code is two groups
# of five letters.
letter-code = { $code } is your Headcount code
    .preheader = It works for { $minutes } minutes.
    .heading = Your code for Headcount
    .where =
        Type it on the page where you asked for it. Many codes were asked for with your address or from
        your network, so this one is longer than usual.
    .works = It works for { $minutes } minutes, on every page where you ask for a code. Asking again sends no other one for a while.
    .footer =
        You did not ask for a code? Then somebody else did, and can do nothing without it: don’t share
        it with anyone, and ignore this mail.

# To an address that somebody tried to sign in with and nobody has.
no-account = Signing in to Headcount
    .preheader = There is no account with this address.
    .heading = There is no account with this address
    .text =
        Somebody, perhaps you, tried to sign in to Headcount with { $address }. If you were invited,
        press Join in the invite’s own email. To begin with a team of your own, sign up.
    .button = Sign up
    .footer = It was not you? You can ignore this mail.

# To an address that somebody wants to join an organization with.
join-code = { $code } is your Headcount code
    .preheader = It works for { $minutes } minutes.
    .heading = Your code to join { $org }
    .where =
        Type it on the page where you asked for it. It shows us that this address is yours; joining
        costs you nothing.
    .footer =
        You did not ask for a code? You can ignore this mail. Nobody can join with your address
        without the code, so don’t share it with anyone.

## Invites

# In small print below an invite or a reminder, and the link after it.
why-invited =
    You get this because { $inviter } entered your address. Not you, or not interested? Open the link
    and press Decline, and nobody reminds you. Photos are deleted 30 days after the headshots are ready.
    You can also stop all invites and reminders from { $org }; codes you ask for and news of your own
    headshots still reach you.
stop-invites = No more invites from { $org }
stop-reminders = No more reminders from { $org }

# $until is a date and time; $min and $max are numbers of photos; $name is the first name of the
# invited person, where it is known.
invite = { $inviter } invites you to your headshot at { $org }
    .preheader = Ten minutes, your phone, { $min } to { $max } photos. Your link is inside.
    .heading = { $inviter } would like your headshot
    .heading-by-name = { $name }, it’s time for your headshot
    .intro =
        { $inviter } has set up a shoot for you at { $org }. There is no studio to visit: you add
        photos from your phone, and we make the headshots.
    .intro-with-team =
        { $inviter } has set up a shoot for you at { $org }, team { $team }. There is no studio to
        visit: you add photos from your phone, and we make the headshots.
    .button = Join and start my shoot
    .works = It works only for { $address }, until { $until }.
    .step-1 = Add { $min } to { $max } photos.
    .step-1-more = Ones you have, or a few new ones; it takes about ten minutes.
    .step-2 = Submit them.
    .step-2-more = We make your headshots, and email you when they are ready.
    .step-3 = Choose the ones you like.
    .step-3-more = It costs you nothing: { $org } pays one credit when you submit your photos.

# To somebody invited who has not answered.
reminder = Reminder: { $inviter } invites you to your headshot at { $org }
    .preheader = It takes about ten minutes, and your phone is enough. Your link is inside.
    .heading = Your headshot at { $org } is still waiting
    .heading-by-name = { $name }, your headshot at { $org } is still waiting
    .intro =
        { $inviter } invited you to your headshot at { $org }, and you have not joined yet. It takes
        about ten minutes, and your phone is enough.
    .intro-with-team =
        { $inviter } invited you to your headshot at { $org }, team { $team }, and you have not joined
        yet. It takes about ten minutes, and your phone is enough.
    .button = Join and start my shoot
    .works =
        It works only for { $address }, until { $until }. It costs you nothing: { $org } pays one
        credit when you submit your photos.

## Headshots

# In the mails about headshots, where the organization chose how long pictures are kept.
pictures-kept-until = Your photos and headshots are deleted on { $until }. Download the ones you want to keep before.

# To a member with an account. $name is the first name.
ready = Your headshots are ready
    .preheader = { $count ->
            [one] { $count } headshot
           *[other] { $count } headshots
        } from your shoot for { $org }.
    .heading = Your headshots are ready, { $name }
    .text = { $count ->
            [one] There is one
           *[other] There are { $count }
        } from your shoot for { $org }. Pick your favorite, and download any you like. Your Team Leads
        see them too.
    .button = See my headshots
    .sign-in = Sign in with this address.
    .footer =
        The photos you added are deleted after 30 days. You get this because you are a member of
        { $org } on Headcount.

# To a member who was added on their behalf: the link opens without an account.
ready-managed = Your headshots are ready
    .preheader = { $count ->
            [one] { $count } headshot
           *[other] { $count } headshots
        } for { $org }. No account needed.
    .heading = Your headshots are ready, { $name }
    .text = { $count ->
            [one] { $lead } had a headshot
           *[other] { $lead } had { $count } headshots
        } made of you for { $org }. Pick your favorite, and download any you like.
    .button = See my headshots
    .private =
        The link needs no account. Whoever has it can see your headshots, so keep it to yourself.
    .footer =
        You get this because { $lead } entered your address with your photos. Not you? You can ignore
        this mail.

# The engine's reason stands before the text.
shoot-failed = Your headshots could not be made
    .preheader = { $org } has its credit back, and you can try again.
    .heading = Your headshots could not be made, { $name }
    .text =
        { $org } has its credit back. Look at your photos, replace what may be the cause, and submit
        them again; that uses one credit as before.
    .button = See my photos
    .footer = You get this because photos of you were submitted for { $org } on Headcount.

ownership-offered = Take over { $org } on Headcount?
    .preheader = { $owner } offers it to you. Nothing changes until you accept.
    .heading = { $name }, take over { $org }?
    .text =
        { $owner } would like you to become the Owner of { $org }. As the Owner you manage its members,
        teams and credits, and only you can hand it on. { $owner } stays a Team Lead.
    .button = Accept or decline
    .footer = You get this because you are a member of { $org } on Headcount.

photos-due = Your headshot at { $org }: your photos are missing
    .preheader = It takes about ten minutes, and you can stop and come back.
    .heading = Your photos are missing, { $name }
    .text =
        { $org } is still waiting for your photos. Add 8 to 15 of them from your phone and submit them;
        { $lead } gets everybody their headshots from there.
    .button = Add my photos
    .footer = You get this because you joined { $org } on Headcount and have not submitted your photos.

## To Team Leads

# The Owner asked for the deletion of the whole organization.
deletion-asked = { $org } is being deleted
    .preheader = Everything in it is deleted on { $due }, unless its Owner takes that back.
    .heading = { $org } is deleted in a week
    .text =
        Hello { $lead }, { $owner } asked for { $org } to be deleted. On { $due } all members, photos,
        headshots, invites, links and credits of it are deleted for good.
    .button = Open Headcount
    .back =
        Download what you want to keep before. Until then { $owner } can take it back, in the settings.
    .footer = You get this because you are a Team Lead of { $org } on Headcount.

out-of-credits = { $org } is out of credits
    .preheader = { $person } has photos to submit. They are kept until there are credits.
    .heading = { $person } is waiting for a credit
    .text =
        Hello { $lead }, { $person } wanted to submit photos, and { $org } has no credits left.
        Nothing is lost: the photos are kept, and can be submitted as soon as there are credits.
    .button = Get credits
    .when = One credit is used when photos are submitted, never by an invite.
    .footer =
        We send this at most once a day, so others may be waiting too. You get it because you are a
        Team Lead of { $org } on Headcount.

# The balance fell below the number that the organization chose.
few-credits = { $org } has { $count ->
        [0] no credits left
        [one] { $count } credit left
       *[other] { $count } credits left
    }
    .preheader = One credit is used when somebody submits photos.
    .heading = { $count ->
            [0] The last credit is used
            [one] One credit is left
           *[other] { $count } credits are left
        }
    .text = Hello { $lead }, { $org } has { $count ->
            [0] no credits left. Nobody can submit photos until there are credits; nothing is lost meanwhile.
            [one] { $count } credit left.
           *[other] { $count } credits left.
        }
    .reserved = { $count ->
            [one] { $count } person invited or joined has not submitted yet, and will need one.
           *[other] { $count } people invited or joined have not submitted yet, and will need one each.
        }
    .missing = { $count ->
            [one] { $count } person invited or joined has not submitted yet, and will need one
           *[other] { $count } people invited or joined have not submitted yet, and will need one each
        }: { $missing ->
            [one] { $missing } is missing.
           *[other] { $missing } are missing.
        }
    .button = Get credits
    .footer =
        We send this once, when credits fall below { $threshold ->
            [one] { $threshold }
           *[other] { $threshold }
        }; a Team Lead chooses the number in the settings. You get it because you are a Team Lead of { $org } on Headcount.

# To the operator.
credits-requested = { $org } asks for { $count ->
        [one] { $count } credit
       *[other] { $count } credits
    }
    .preheader = Confirm or decline with one press.
    .heading = { $org } asks for { $count ->
            [one] { $count } credit
           *[other] { $count } credits
        }
    .text = { $name } asked for them. { $org } has { $balance ->
            [0] none left
            [one] { $balance } left
           *[other] { $balance } left
        }.
    .text-by-nobody = { $org } has { $balance ->
            [0] none left
            [one] { $balance } left
           *[other] { $balance } left
        }.
    .button = Confirm or decline
    .command = Or on the command line: headcount credits confirm { $request }
    .footer =
        Whoever has this link can answer the request. You get this because OPERATOR_ADDRESS of this
        Headcount is set to your address.

# To a lead: what the operator said.
credits-confirmed = { $count ->
        [one] { $count } credit was added to { $org }
       *[other] { $count } credits were added to { $org }
    }
    .heading = Your credits are there
    .text = Hello { $lead }, the request for { $count ->
            [one] { $count } credit
           *[other] { $count } credits
        } was confirmed. { $org } has { $balance } now.
credits-declined = The request for credits of { $org } was declined
    .heading = Your request was declined
    .text = Hello { $lead }, the request for { $count ->
            [one] { $count } credit
           *[other] { $count } credits
        } was declined. { $org } has { $balance ->
            [0] none left
            [one] { $balance } left
           *[other] { $balance } left
        }.
credits-answered-preheader = What became of the request for credits.
credits-answered-button = See credits
credits-answered-by = The operator
credits-answered-footer = You get this because you are a Team Lead of { $org } on Headcount.

# People who wait for a place at a full link. $more is how many are not named.
waiting = { $people ->
        [one] Someone is waiting
       *[other] { $people } people are waiting
    } for a place at { $org }
    .preheader = Add places to your link, or invite them by email.
    .heading = { $people ->
            [one] Someone is waiting
           *[other] { $people } people are waiting
        } for a place
    .text =
        Hello { $lead }, your invite link for { $org } is full. These people opened it and left their
        address:
    .text-with-label =
        Hello { $lead }, your invite link “{ $label }” for { $org } is full. These people opened it and
        left their address:
    .more = and { $more } more, whom the page of the link shows
    .button = See your links
    .unchecked =
        Add places to the link, or invite them by email. Nobody has checked these addresses.
    .footer =
        We send this at most once an hour for a link. You get it because you are a Team Lead of
        { $org } on Headcount.

# A domain that the organization claims for single sign-on.
domain-verified = { $domain } is verified
    .heading = { $domain } is yours
    .text =
        Hello { $lead }, the DNS record proves that { $domain } belongs to { $org }. People with an
        address at it can sign in through your identity provider as soon as one is connected.
domain-missing = The DNS record of { $domain } is gone
    .heading = The DNS record of { $domain } is gone
    .text =
        Hello { $lead }, the TXT record that proves { $domain } was there and is not any more. For
        { $days } days nothing changes. If it is not back by then, people at { $domain } cannot sign in
        to { $org } through your identity provider.
domain-lost = { $domain } is no longer verified
    .heading = { $domain } is no longer verified
    .text =
        Hello { $lead }, the record that proves { $domain } is gone. People at { $domain } sign in to
        { $org } with a code by email again, and nobody new comes in through your identity provider.
domain-button = See the record and your domains
domain-preheader = About single sign-on at { $org }.
domain-footer = You get this because you are a Team Lead of { $org } on Headcount.

# Somebody signed in without the identity provider, with one of the codes that the Owner was shown.
recovery-used = A recovery code of { $org } was used
    .preheader = Somebody signed in as the Owner without your identity provider.
    .heading = A recovery code was used
    .text =
        Hello { $lead }, somebody signed in as the Owner of { $org } with a recovery code, from the network
        { $network }. If that was not the Owner, remove the codes by making new ones, and tell whoever
        runs Headcount for you.
    .button = Open the settings

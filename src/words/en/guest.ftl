### What the client of strangers and invitees says: signing in, joining, the account.

## Titles of windows, and what chat programs show of a link

title-sign-in = Sign in
title-sign-up = Sign up
title-code = Your code
title-welcome = Welcome
title-join = Join
title-invite-closed = Invite closed
title-link-closed = Link closed
title-fresh-link = Fresh link
title-stop-invites = No more invites
preview-invite = Your headshot at { $org }
    .text = { $lead } has set up a shoot for you. Your phone is enough.
preview-link = Get your { $org } headshot
    .text = { $lead } shared this link. Your phone is enough.

## Signing in and up

# Small, below the form.
product = New headshots for your whole company
sign-in = Sign in
    .intro = We send a six-digit code to your email address. No password to remember.
sign-up = Start with your own team
    .intro = Start with your own email address. We send a code to make sure it is yours.
email-field = Email
send-code-button = Send me a code
new-here = New here? { $LINK }
    .link = Start with your own team
been-here = Here before? { $LINK }
    .link = Sign in

# To sign in with a code, and to join with one.
code = Check your email
    .button = Sign in
code-to-join = Enter the code we sent you
    .button = Join and start my shoot
code-sent = We sent a six-digit code to { $ADDRESS }.
    .change = Wrong address?
code-field = Code
code-missing = Nothing there? Look in spam first.
    .button = Send another code
    .wait = { $seconds ->
        [one] Send another code in { $seconds } second
       *[other] Send another code in { $seconds } seconds
    }
code-works = The code works for 10 minutes, in this browser only.
# Many codes were asked for: one of letters serves all, and its mail may have gone out before.
letters-sent = We sent a code of ten letters to { $ADDRESS }.
    .works = Many codes were asked for, so this one is longer. It was sent { $TIME } and works for an hour.

## The first organization of an account

welcome = Name your organization
    .intro = People see both names on every invite, so that they know whom it is from.
    .button = Create organization
    .invited = Were you invited to one? Press Join in the invite’s own email instead.
    .signed-in = Signed in as { $address }
# Whoever belonged to one before.
removed = You were removed from { $org } { $DATE }.
    .text = Your photos and headshots there are deleted. If that was a mistake, ask a Team Lead of { $org } to invite you again.
    .account = Your account stays: { $LINK }, or create an organization of your own below.
    .account-link = see where you are signed in
organization-field = Organization
your-name-field = Your name

# On pages of links that do not work: the organization's own address for questions.
support = You do not get on? Write to { $ADDRESS }.

## The account

# .switch shows another organization.
account = Your account
    .signed-in = Signed in as { $ADDRESS }
    .name = Your team sees you as { $NAME }.
    .change-name = Correct your name
    .organizations = Organizations
    .switch = Switch
    .open-now = Open now
    .removed = You were removed { $DATE }.
    .nowhere = You belong to no organization yet. { $LINK }
    .nowhere-link = Create one
    .devices = Signed in on
    .since = Signed in { $TIME }.
    .last-used = Last used { $TIME }, { $network }.
    .this-device = This device
    .device = { $browser } on { $system }
    .unknown-browser = A browser
    .unknown-system = an unknown device
    .sign-out-others = Sign out everywhere else
sign-out = Sign out
ownership-offered = { $owner } would like you to take over { $org }. You would be its Owner, and { $owner } a Team Lead.
    .accept = Take over
    .decline = Decline

## A request came to nothing

nothing-here = There is nothing here
    .text = The address is mistyped, or what it led to is gone. If you followed a link, ask whoever sent it for a new one.
    .text-of-method = This address only takes what a page of ours sends. Go to the page and press its button.
signed-out = You are signed out
    .text = Sign in again, then repeat what you did.
away = Back in a moment
    .text-of-database = Headcount cannot reach its database. Nothing was changed. Try again in a few seconds.
    .text-of-pictures = Headcount cannot reach its pictures. They are safe. Try again in a few seconds.
busy = Try again
    .text = Somebody else is changing the same thing. Nothing of yours was changed; go back and try again.
# $incident is what the operator finds in the log.
broken = Something broke on our side
    .text = Nothing was changed. Go back and try again; if it stays, tell your operator: { $incident }.
unreadable = This could not be read
    .text = The address or the form is not complete. Open the page again from its link, and send it once more.
too-large = This is too much at once
    .text = Go back, shorten what you typed or pasted, and send it again.
broken-off = The upload broke off
    .text = Photos that were in stay in; go back and add the rest again.
home-button = Go to the home page

## What joining is, in three steps

step-photos = Add { $min } to { $max } photos.
    .more = Ones you have, or a few new ones.
step-headshots = We make the headshots.
    .more = It takes a few minutes; we email you.
# $lead is whoever invited.
step-choice = You choose.
    .more = Pick the one you like; { $lead } sees it too.

## Joining

join-button = Join and start my shoot
already-joined = Already joined? { $LINK }
    .link = Sign in
already-in = You are already in
see-photos-button = See my photos and headshots
write-to = Write to { $name }

## A personal invite

# .from stands below the name of whoever invited.
invite = Your new headshot, in ten minutes
    .intro = { $lead } has set up a shoot for you. No studio, no photographer: your phone is enough.
    .as-lead = You join as a Team Lead of { $org }: you can invite people, and see everybody’s photos and headshots.
    .closes = This invite closes { $DATE }.
    .from = { $org }, { $team }
    .address-hint = The invite is for this address. Wrong one? Ask { $lead } for a new invite.
    .promise = It costs you nothing. Your photos are used only for your headshots and deleted 30 days after these are ready.
# The invited address has an account, but is not signed in here.
known-account = There is an account with this address. We send a code to { $ADDRESS } first, to make sure that it is you.
# Somebody else is signed in.
other-account = You are signed in as { $ADDRESS }. This invite is for another address: we send a code there first, and joining signs you in as that one.
decline = Decline
    .hint = Not interested? Then nobody reminds you, and { $lead } sees that you declined.

invite-expired = This invite has expired
    .text = { $org } is still happy to have you. A fresh link goes to the address that was invited.
    .button = Send me a fresh link
invite-revoked = This invite was revoked
    .text = { $name } revoked it, perhaps because of a mistyped address or a change of plans. If you think you should be in, ask.
invite-declined = This invite was declined
    .text = Nobody reminds you of it, and { $name } sees that you declined. Changed your mind, or pressed it by mistake? Take it back.
    .undo-button = Take it back
    .stop-button = No more invites from { $org }
    .stop-hint = Then nobody at { $org } can invite or remind you by email again.
invite-used-by-you = You joined { $org } as { $ADDRESS }.
invite-used = This invite has been used
    .text = { $ADDRESS } has joined { $org }. If that is you, sign in with this address.
    .button = Sign in

# A fresh link was asked for; whether one went out is not said.
fresh-link = Check your inbox
    .text = If this invite can be renewed, a fresh link is on its way to the address that was invited. One goes out at most once an hour.
    .missing = Nothing there? Ask whoever invited you for a new invite.

# Which mail somebody who opted out still gets, and why.
still-sent = Codes that you ask for, and news of headshots of you, still reach you: the one because you asked, the other because they are yours. Other organizations are not affected.
stop-invites = No more invites from { $org }?
    .text = Your pending invite is declined, and nobody at { $org } can invite or remind you by email again. { still-sent }
    .button = No more invites
unsubscribed = You won’t receive further invites
    .text = Nobody at { $org } can invite or remind you by email any more. { still-sent }
    .address = { $ADDRESS } gets no further invites from { $org }. { still-sent }
    .undo-button = Take it back
subscribed-again = You can be invited again
    .text = { $org } may send you invites again. Ask them for a new one if you want to join.

## An open link

link = Get your { $org } headshot
    .shared = { $lead } shared this link with the team.
    .shared-with-team = { $lead } shared this link with team { $team }.
    .intro = Your phone is enough: no studio, no photographer.
    .places-left = { $count ->
        [one] { $count } place left.
       *[other] { $count } places left.
    }
    .closes = Closes { $DATE }.
work-email-field = Work email
# Which address to type. $addresses is like “@a.com or @b.com”, $domains like “b.com”.
which-address = Use your { $addresses } address
    .or-subdomain = Use your { $addresses } address, or one at a subdomain of { $domains }
    .subdomain = Use an address at a subdomain of { $domains }
    .any = Any address of yours that you can read mail at.
why-code = We send a six-digit code to make sure the address is yours. It costs you nothing.
# The address with which somebody is signed in.
viewer-address-hint = You are signed in with this address.
join-as-another = Join with another address

link-unknown = This link does not work
    .text = It may be cut off or mistyped. Open it again from the message you got, or ask whoever sent it for a new one.
link-expired = This link has expired
    .closed = It closed { $DATE }.
    .text = { $org }’s shoot may still be running. Ask { $name } to reopen the link, or to invite you by email.
link-revoked = This link was revoked
    .text = { $name } revoked it. Perhaps there is a newer one: look in the message where you found this.
    .text-with-date = { $name } revoked it { $DATE }. Perhaps there is a newer one: look in the message where you found this.
link-paused = This link is paused
    .text = Joining is paused. Keep this link and try again later, or ask { $name } when it opens again.
link-full = { $count ->
        [one] The one place is taken
       *[other] All { $count } places are taken
    }
    .text = { $name } can add places in a moment. Leave your address, and we’ll let them know.
waitlist-email-hint = Shown to the leads, and used for nothing else.
waitlist-button = Tell them I am waiting
waitlist-done = You are on the list
    .text = We tell { $name } who is waiting. When there is room, this same link works again; or you get an invite by email.
# $domains is like “@a.com or *.b.com”.
link-wrong-domain = This link is for { $domains }
    .text = Your address is { $ADDRESS }. Use your work address to join.
    .button = Use another address
    .hint = No work address? Ask { $name } to invite you by email: a personal invite works with any address.
link-for-members = You are a member of { $org } as { $ADDRESS }. You didn’t use up a place.
link-after-removal = This link does not let you back in
    .text = { $ADDRESS } was removed from { $org } after the link was made. If you should be in, ask { $name } to invite you by email: a personal invite works.

## Signing in through an identity provider

title-sso = Sign in
title-sso-tested = Test of the connection
title-recovery = Recovery code
# On the way to the provider; $provider is its name, such as Okta.
to-provider = On to { $provider }
    .text = { $org } signs people in through its own identity provider. You come back here by yourself.
    .button = Continue to { $provider }
    .code = Get a code by email instead
# Where nobody can say which.
your-organization = your organization
your-provider = your identity provider
sso-again = Sign in again
sso-stale = Start again
    .text = This sign-in is over: it was begun in another browser, more than ten minutes ago, or has been finished already. Nothing is lost. Sign in again.
sso-changed-text = { $org } changed how its people sign in a moment ago. Sign in again.
sso-too-many = A little slower
    .text = Too many sign-ins began in your network. Wait ten minutes, then sign in again.
sso-unreachable = Your sign-in is not answering
    .text = We asked { $provider }, and it did not answer. Wait a moment, then sign in again. Owners can come in with a recovery code.
sso-cancelled = You turned back
    .text = You left { $provider } without signing in. Nothing has changed. Sign in again when you like.
sso-declined = Your sign-in was declined
    .text = { $provider } did not let you through ({ $code }). Ask whoever manages it to let you use Headcount.
sso-not-in = You are not signed in
sso-unverified-text = { $provider } has not verified your email address. Ask whoever manages it for { $org } to verify it, then sign in again.
sso-no-address-text = { $provider } did not tell us your email address. Ask whoever manages it for { $org } to share it with Headcount.
sso-not-managed-text = This Google account is your own and not managed by { $org }. Choose your work account and sign in again.
sso-not-your-domain-text = Addresses at { $domain } do not belong to { $org }. Sign in again with your address there, or ask for an invite.
sso-another-person-text = This address belongs to somebody else at { $org }. Ask one of its Team Leads to sort that out: if the other person has left, they are removed from the members first, and then you are invited.
sso-removed-text = You were removed from { $org }. If that was a mistake, ask one of its Team Leads to invite you again.
sso-not-a-member-text = You are not a member of { $org } yet. Ask one of its Team Leads for an invite.
sso-broken = Your sign-in could not be checked
    .text = What { $provider } sent is not as it has to be, so nobody was signed in. Tell a Team Lead of { $org }: “Test connection” in the settings says what is wrong.

# What a lead reads who tests the connection.
tested-well = The connection works
    .text = { $provider } signed you in as { $address }. Single sign-on is on.
tested-badly = The connection does not work yet
tested-back = Back to the settings
tested-changed = The connection was changed while you signed in. Test it again.
tested-unreachable = { $provider } did not answer at { $issuer }. Is the address right, and can this server reach it?
tested-forbidden = { $issuer } is in a private network or without https, where this server does not ask. Whoever runs Headcount can allow it with PRIVATE_PROVIDERS.
tested-unreadable = At { $issuer } is no description of an OpenID Connect provider. Copy the address again, without anything behind it.
tested-issuer = The address you typed is { $issuer }, and the provider there calls itself { $found }. Type the second one.
tested-secret = { $provider } does not accept the client ID with this secret. Make a new secret there and copy its value, not its ID.
tested-declined = { $provider } answered “{ $code }”. Look there whether people may use the application, and whether this redirect URI is registered exactly: { $callback }
tested-code = The provider took its own answer back. Register this redirect URI exactly: { $callback }
tested-no-address = { $provider } did not send an email address. Add the claim “email” to the ID token, and look whether your user has an address there.
tested-unverified = { $provider } sent an email address that it has not verified (email_verified). Verify it there, or let the provider mark its addresses as verified.
tested-not-managed = This Google account is not managed by your Workspace. Test with a work account.
tested-not-your-domain = You came with an address at { $domain }, which is not a verified domain of yours. Add the domain first, or test with another address.
tested-clock = The clocks of your provider and of this server differ by more than five minutes. One of them is wrong.
tested-algorithm = { $provider } signs its tokens in a way we do not accept. Choose RS256 or ES256 for ID tokens.
tested-token-issuer = The token is not from { $issuer }, so we do not believe it.
tested-audience = The token was made for another application. Copy the client ID again.
tested-token = The token that { $provider } sent cannot be trusted: its signature or its contents are not right.

recovery = Sign in with a recovery code
    .text = For Owners, when the identity provider does not answer. Each code works once, and all Team Leads are told.
    .field = Recovery code
    .hint = Two groups of five letters, from the list you kept.
    .button = Sign in
    .back = Back to signing in
    .link = Use a recovery code
    .wrong = This is not one of the codes of this address, or it was used before. Look at the list you kept.
# After signing out of Headcount alone.
signed-out-provider = You are signed out of Headcount. At your identity provider you are still signed in: on a shared computer, sign out there as well.

## A request for credits, for the operator

title-credit-request = Request for credits
# .asked stands below the name of whoever asked; .what-remark is the name of the field, as a sentence about it
# begins.
credit-request = { $org } asks for { $count ->
        [one] { $count } credit
       *[other] { $count } credits
    }
    .confirmed = { $count ->
        [one] { $count } credit was added
       *[other] { $count } credits were added
    }
    .declined = This request was declined
    .withdrawn = This request was taken back
    .asked = asked { $DATE }
    .balance = { $org } has { $count ->
        [0] no credits left.
        [one] { $count } credit left.
       *[other] { $count } credits left.
    }
    .answer = You answered: { $answer }
    .remark = Answer
    .what-remark = The answer
    .remark-hint = Its leads read it by email and on their credits page, and the ledger keeps it.
    .confirm = { $count ->
        [one] Add { $count } credit
       *[other] Add { $count } credits
    }
    .decline = Decline

### What the client of leads says.

## The frame

organization = Organization
    .hint = What people see of you who are invited, and whom they can ask.
    .name = Name
    .name-hint = It stands on every page and in every email.
    .website = Website
    .website-hint = Linked on the pages on which people join.
    .support = Support address
    .support-hint = Whoever cannot get on reads it: on links that no longer work, and on the help page.
logo = Logo
    .now = The logo of { $org }
    .none = No logo yet. With one, people see at once who invites them.
    .hint = JPEG, PNG or WebP with at least { $side } pixels on each side; what is transparent becomes white. It stands on the pages on which people join, in invites, and in previews of their links. Anybody can see it.
    .upload = Upload logo
    .replace = Upload another
    .remove = Remove logo
page-history = History
page-teams = Teams
page-help = Inviting members
page-not-found = Not found
# For screen readers.
account-link = { $name }, account
nothing-here = There is nothing here
    .back = Go to the dashboard
not-loaded = This page could not be loaded
    .why = You may be offline, or Headcount was updated since you opened this page.
    .again = Load the page again
close = Close
cancel = Cancel
save = Save
team-field = Team
no-team = No team
# To a missing team that was sent, which a page never does.
team-unknown = Choose one of the teams.

## Dashboard

nobody-invited = Nobody invited yet
people-on-the-way = { $count ->
    [one] { $count } person is on the way
   *[other] { $count } people are on the way
}
people-ready = { $ready } of { $count ->
    [one] { $count } person has their headshots
   *[other] { $count } people have their headshots
}
# As long as nobody was invited: three steps.
first-run = Three steps to the first headshot
    .hint = Nobody is mailed before you press a button that says so.
    .done = Done
    .credits = Get credits
    .credits-text = One credit is used when somebody submits photos; inviting and joining are free. You need one to begin.
    .credits-button = Get credits
    .credits-have = { $count ->
        [one] There is { $count } credit. It is used when somebody submits photos; inviting and joining are free.
       *[other] There are { $count } credits. One is used when somebody submits photos; inviting and joining are free.
    }
    .teams = Make it yours
    .teams-text = If you like: a logo that people recognize, teams to group them by, how long invites work, single sign-on.
    .teams-have = { $count ->
        [one] There is { $count } team. Logo, how long invites work and single sign-on are there too, if you like.
       *[other] There are { $count } teams. Logo, how long invites work and single sign-on are there too, if you like.
    }
    .teams-button = Open the settings
    .invite = Invite the first people
    .invite-button = Invite people
    .invite-text = By email, by a link to share, or add somebody on their behalf.
# Five numbers, from invited to ready; each with what is missing to it.
roll-out = Roll-out, step by step
    .all = In all
    .complete = No one at this step
    .not-joined = { $count } not joined yet
    .without-photos = { $count } without photos
    .adding-photos = { $count } still adding photos
    .being-made = { $count } being made
needs-you = Needs you
    .count = { $count ->
        [one] { $count } thing
       *[other] { $count } things
    }
by-team = By team
    .hint = Ready, of joined
    .progress = Progress
    .ready = Ready
    .share = { $ready } of { $joined }
ready-headshots = Ready headshots
    .all = All headshots
credits-left-card = { $NUMBER } left
    .ledger = Ledger
    .hint = One credit is used when somebody submits their photos.
    .reserved = { $count ->
        [one] { $count } person invited or joined has not submitted photos.
       *[other] { $count } people invited or joined have not submitted photos.
    } Each will use one credit, so { $spare ->
        [one] { $spare } is unreserved.
       *[other] { $spare } are unreserved.
    }
    .missing = { $count ->
        [one] { $count } person invited or joined will need { $missing } more.
       *[other] { $count } people invited or joined will need { $missing } more.
    }
recent-members = Recent members
    .all = All members
    .founder = { $NAME } created the organization
    .invite = { $NAME } joined by invite
    .link = { $NAME } joined through a link
    .sso = { $NAME } signed in through SSO
    .managed = { $NAME } was added on their behalf
invite-failed = The invite to { $address } did not arrive.
    .button = See invites
more-need-attention = { $count ->
        [one] { $count } more person needs attention.
       *[other] { $count } more people need attention.
    }
    .text = The Members page says why, and lets you retry or fix the address.
    .button = See all
credits-gone = There are no credits left: nobody can submit photos.
    .text = Ask whoever runs this Headcount for you for more.
    .reserved = { $count ->
        [one] { $count } person invited or joined has not submitted yet: { $count } credit is missing.
       *[other] { $count } people invited or joined have not submitted yet: { $count } credits are missing.
    } Their photos are kept until there are credits.
    .button = See credits
credits-few = { $count ->
        [one] Only { $count } credit is left.
       *[other] Only { $count } credits are left.
    }
    .reserved = { $count ->
        [0] Nobody who is invited or joined needs one at the moment.
        [one] { $count } person invited or joined will use one.
       *[other] { $count } people invited or joined will use one each.
    }
    .missing = { $count ->
        [one] { $count } person invited or joined will use one
       *[other] { $count } people invited or joined will use one each
    }: { $missing ->
        [one] { $missing } more is needed.
       *[other] { $missing } more are needed.
    }
links-closing = { $count ->
        [one] { $count } invite link closes within two days.
       *[other] { $count } invite links close within two days.
    }
    .text = Nobody can join through it after that. Choose a later date to keep it open.
    .button = See links
# Members who joined and get no further. $days is a number of days, one at least.
stuck-joined = { $count ->
        [one] { $count } person joined and has added no photos.
       *[other] { $count } people joined and have added no photos.
    }
stuck-adding = { $count ->
        [one] { $count } person began to add photos and has not submitted.
       *[other] { $count } people began to add photos and have not submitted.
    }
stuck-text = { $days ->
        [one] Nothing has happened for a day.
       *[other] Nothing has happened for { $days } days.
    }
    .button = See who
    .remind = Remind
    .remind-label = Remind { $count ->
        [one] { $count } person
       *[other] { $count } people
    }
    .reminded = { $count ->
        [0] Nobody was reminded: they moved on, or had an email within the hour.
        [one] { $count } person is being reminded by email.
       *[other] { $count } people are being reminded by email.
    }
people-waiting = { $count ->
        [one] { $count } person is waiting for a place at a full link.
       *[other] { $count } people are waiting for a place at a full link.
    }
    .text = Add places to the link, or invite them.
    .button = See links
shoot-failed = The headshots of { $name } could not be made.
    .text = The credit was returned. Replace some photos and submit again.
    .button = See photos

## Members

members-counted = { $members ->
    [one] { $members } member
   *[other] { $members } members
}, { $count ->
    [one] { $count } invite pending.
   *[other] { $count } invites pending.
}
# When the list is filtered.
people-found = { $count ->
    [0] Nobody found.
    [one] { $count } person found.
   *[other] { $count } people found.
}
people = Members and invites
    .all = All
    .stages = How far people are
    .person = Person
    .team = Team
    .status = Status
    .kind = Kind
    .sessions = Sessions
    .since = Added
    .actions = Actions
search = Search by name, email, title or team
    .hint = Name, email, title or team
filter-team = Team
    .all = All teams
filter-kind = Kind
    .any = Any kind
filter-link = Invite link
    .any = Any link
    .unnamed = A link without a label
    .cut = Only the newest { $most } links are listed
# $days is a number of days, one at least.
filter-stuck = { $days ->
        [one] Nothing has happened for a day or more
       *[other] Nothing has happened for { $days } days or more
    }
    .remove = Remove this filter
filter-apply = Apply
filter-clear = Clear filters
sort = Sort by
    .name = Name, A to Z
    .name-backwards = Name, Z to A
    .newest = Newest first
    .oldest = Oldest first
views = View
    .table = As a table
    .grid = As photos
nobody-found = Nobody matches
    .text = Try fewer letters, or another filter.
    .button = Show everybody
nobody-yet = Only you so far
    .text = Invite people by email, share an open link, or add somebody on their behalf. They appear here.
pages = Pages
    .shown = { $shown } of { $all } shown
    .previous = Previous
    .next = Next
select-page = Select everybody on this page
select-person = Select { $name }
# Somebody whose access their directory took away.
deactivated = Deactivated
row-menu =
    .label = Actions for { $name }
    .open = See photos and headshots
    .move = Move to team
    .remind = Remind
    .fix = Fix address
    .revoke = Revoke invite
    .correct = Correct name or title
    .correct-managed = Correct name, email or title
    .remove = Remove
    .to-team-lead = Make Team Lead
    .to-member = Make member
    .hand-over = Hand over ownership
    .withdraw = Take back the offer
    .too-soon = Emailed within the hour.
    .nothing-due = Nothing to do: their photos are submitted.
    .deactivated = Their directory deactivated them.
    .managed = You add their photos yourself.
    .yourself = You cannot remove yourself. Another lead can.
    .owner = The Owner cannot be removed.
    .many-sessions = { $shoots } sessions. Above { $max }, support removes the member for you.
# What is done with several people.
bulk = With those who are selected
    .count = { $count } selected
    .all = Select all { $count } that match
    .first = Select the first { $most } of { $count } that match, by name
    .working = Working on { $count ->
        [one] { $count } person…
       *[other] { $count } people…
    }
    .progress = { $seen } of { $all }
    .meter = Progress
    .stop = Stop
    .stopping = Stopping after the people who are under way…
    .unknown = { $count ->
        [one] { $count } person stays selected. It may be done for them all the same: the list says.
       *[other] { $count } people stay selected. It may be done for some of them all the same: the list says.
    }
    .left = { $count ->
        [one] { $count } person is left, and stays selected.
       *[other] { $count } people are left, and stay selected.
    }
    .none = Select none
    .more = { $count } more
    .left-out = { $count ->
        [one] { $count } person is left out.
       *[other] { $count } people are left out.
    }
    .nobody = Nobody is selected. Select people in the list first.
    .too-many = More than { $max } people are too many at once. Filter the list, then do the rest.
    .unreadable = Select people in the list.
bulk-move = Move to team
    .title = Move to team
    .text = { $count ->
        [0] Nobody can be moved.
        [one] { $count } person moves to the team you choose.
       *[other] { $count } people move to the team you choose.
    }
    .button = { $count ->
        [one] Move { $count } person
       *[other] Move { $count } people
    }
    .done = { $count ->
        [one] { $count } person moved to { $team }.
       *[other] { $count } people moved to { $team }.
    }
    .done-no-team = { $count ->
        [one] { $count } person is in no team now.
       *[other] { $count } people are in no team now.
    }
bulk-remind = Remind
    .title = Remind people
    .text = { $count ->
        [0] There is nobody to remind.
        [one] { $count } person gets an email: invited people about their invite, members about the photos that are missing.
       *[other] { $count } people get an email: invited people about their invite, members about the photos that are missing.
    }
    .button = { $count ->
        [one] Remind { $count } person
       *[other] Remind { $count } people
    }
    .done = { $count ->
        [0] Nobody was reminded.
        [one] { $count } email is being sent.
       *[other] { $count } emails are being sent.
    }
bulk-revoke = Revoke invites
    .title = Revoke invites
    .text = { $count ->
        [0] There is no invite to revoke.
        [one] The link in the email of { $count } person stops working at once. You can invite them again later.
       *[other] The links in the emails of { $count } people stop working at once. You can invite them again later.
    }
    .button = { $count ->
        [one] Revoke { $count } invite
       *[other] Revoke { $count } invites
    }
    .done = { $count ->
        [0] No invite was revoked.
        [one] { $count } invite revoked.
       *[other] { $count } invites revoked.
    }
bulk-remove = Remove
    .title = Remove members
    .text = { $count ->
        [0] Nobody can be removed.
        [one] { $count } member loses access at once, and their photos and headshots are deleted. Their own account stays. This cannot be undone.
       *[other] { $count } members lose access at once, and their photos and headshots are deleted. Their own accounts stay. This cannot be undone.
    }
    .button = { $count ->
        [one] Remove { $count } member
       *[other] Remove { $count } members
    }
    .done = { $count ->
        [0] Nobody was removed.
        [one] { $count } member removed.
       *[other] { $count } members removed.
    }
    .too-many = These are { $count }. At most { $max } members are removed at once: select fewer.
member-reminded = Reminded { $DATE }
ownership-offered = Ownership offered
role-raise = Make { $name } a Team Lead?
    .text = They can invite, move and remove people, see all photos and headshots, and spend credits. They cannot remove the Owner.
    .button = Make Team Lead
    .done = { $name } is a Team Lead now.
role-lower = Make { $name } a member?
    .text = They lose access to this organization’s pages at once, and keep their own photos and headshots.
    .button = Make member
    .done = { $name } is a member now.
hand-over = Hand over to { $name }?
    .text = They get an email and become the Owner when they accept. You stay the Owner until then, and a Team Lead afterwards. An offer to somebody else ends.
    .button = Offer ownership
    .done = { $name } was asked to take over.
    .withdraw = Take back the offer to { $name }?
    .withdraw-text = They cannot accept any more. You stay the Owner.
    .withdraw-button = Take back the offer
    .withdraw-done = The offer is taken back.
correct = Name and title of { $name }
    .with-email = Name, email and title of { $name }
    .email-hint = With another address, the invite and the private link that went to this one end.
    .hint = The name stands in lists, in emails, and in the names of downloaded files.
    .done = { $name } is saved.
# How somebody became a member.
kind-founder = Founder
kind-invite = Invited
kind-link = Link
kind-managed = Managed
kind-sso = SSO
member-without-email = No email: only leads see the results
    .with-title = { $title }, no email: only leads see the results
member-details = { $address }, { $title }
member-moved = { $name } moved to { $team }.
    .no-team = { $name } is in no team now.
remove-member = Remove { $name }?
    .text = They lose access at once, and their photos and headshots are deleted. Their own account stays.
    .text-managed = Their photos and headshots are deleted, and a private results link stops working.
    .hint = Pending invites to the same address are revoked. Credits that were used stay used. This cannot be undone.
    .keep = Keep them
    .button = Remove member
    .done = { $name } is removed.
# What goes with this member. .with-invite where an invite to their address is open.
removal = Deleted: { $photos ->
        [one] { $photos } photo not submitted
       *[other] { $photos } photos not submitted
    }, { $shoots ->
        [one] { $shoots } headshot session
       *[other] { $shoots } headshot sessions
    } and { $headshots ->
        [one] { $headshots } headshot
       *[other] { $headshots } headshots
    }.
    .with-invite = { removal } An open invite is revoked.
remove-by-support = { $name } has { $shoots } headshot sessions. Members with more than { $max } cannot be removed without contacting support.
    .button = Write to support
    .subject = Remove a member
    .mail = Please remove { $name } ({ $address }) from { $org }. They have { $count ->
        [one] { $count } headshot session.
       *[other] { $count } headshot sessions.
    }
    .no-address = no email

## The page of a member

member = Member
    .back = Members
    .open = Photos and headshots
    .actions = Actions
    .gone = This member is gone
    .gone-text = They were removed, or this address was never right.
    .gone-button = All members
    .about = About { $name }
    .stage = Status
    .team = Team
    .title = Job title
    .email = Email
    .role = Role
    .joined = Joined
    .how = How
    .last-reminded = Reminded
    .nothing = None
    .no-email = None: only leads see the results
# How somebody became a member; .some where nobody knows by whom or which any more.
joined-founder = Created the organization
joined-invite = Invited by { $name }
    .some = By invite
joined-link = Through the link { $name }
    .some = Through an invite link
joined-managed = Added by { $name }
    .some = Added on their behalf
joined-sso = Signed in through SSO
member-shoots = Headshot sessions
    .none = No headshot session yet
    .none-text = It is made when the photos are submitted, and uses one credit.
    .state-queued = Queued
    .state-generating = Being made
    .state-failed = Failed
    .pictures = { $count ->
        [one] { $count } headshot
       *[other] { $count } headshots
    }
    .photos = { $count ->
        [0] The photos are deleted.
        [one] From { $count } photo.
       *[other] From { $count } photos.
    }
    .picture = Headshot { $number }
    .favorite = Headshot { $number }, the favorite
member-draft = Photos not submitted yet
    .count = { $count ->
        [one] { $count } photo
       *[other] { $count } photos
    }
    .photo = Photo { $number }
    .manage = Add or remove photos
member-history = History
    .none = Nothing was done here yet.
    .all = All of it

## Pending invites

pending-invites =
    .hint = A pending invite costs nothing. The credit is used when the person submits their photos.
    .ended = { $count ->
        [one] { $count } ended invite
       *[other] { $count } ended invites
    }
    .ended-newest = The newest { $count } ended invites
invite-declined = Declined { $DATE }
invite-revoked = Revoked { $DATE }
# Behind one of these two.
invite-unsubscribed = . Unsubscribed.
# $words are the mail server's own.
invite-queued = Queued
    .delayed = Queued. The mail server says: { $words } We try again by ourselves.
invite-sent = Sent { $DATE }
    .reminded = , reminded { $DATE }
invite-expired = Expired
invite-not-sent = Failed
# The buttons of an invite; $address for screen readers.
invite-retry = Retry
    .label = Retry: { $address }
invite-send-again = Send again
    .label = Send again: { $address }
invite-remind = Remind
    .label = Remind: { $address }
invite-fix = Fix
    .label = Fix { $address }
    .title = Fix the address
    .field = Address
    .hint = Name, team and note stay. A link sent to the old address stops working.
    .button = Save and send
    .done = The invite goes to { $address } now.
invite-revoke = Revoke this invite?
    .text = The link in the email to { $address } stops working at once. You can invite them again later.
    .button = Revoke invite
    .done = Invite revoked. The link no longer works.
    .not-pending = The invite for { $address } was no longer pending.
invites-sent = { $count ->
    [one] { $count } email is being sent.
   *[other] { $count } emails are being sent.
}
invite-left-out = { $address }: { $reason }
invites-left-out = { $count ->
    [one] { $count } invite was left out.
   *[other] { $count } invites were left out.
} The first, { $address }: { $reason }
invites-unreadable = Choose invites from the list.
invites-too-many = { $count } invites are too many at once. Choose at most { $max }, then the rest.
# How far a bulk send is.
sending = Sending { $count ->
        [one] { $count } invite
       *[other] { $count } invites
    }
    .progress = { $sent } sent, { $failed } failed, { $left } to go. You can leave this page.
    .meter = Invites sent
    .done = { $count ->
        [one] { $count } invite sent.
       *[other] { $count } invites sent.
    }
    .done-with-failures = { $sent } sent, { $failed } failed.

## History

# The page may be narrowed to who did it (.only-by) or whom it was done to.
history =
    .kept-for-days = Who did what. Entries are kept for { $days } days.
    .kept-for-years = { $years ->
        [one] Who did what. Entries are kept for one year.
       *[other] Who did what. Entries are kept for { $years } years.
    }
    .act = What was done
    .act-any = Everything
    .actor = Who did it
    .actor-any = Everybody
    .first-day = From
    .last-day = To
    .days-in-utc = Days in UTC
    .only-by = Only what { $who } did.
    .only-about = Only what was done to { $whom }.
    .only-by-about = Only what { $who } did to { $whom }.
    .somebody-or-something = one person or thing
    .when = When
    .who = Who
    .what = What
    .from = From
    .none = Nothing here yet
    .none-text = What people do in your organization is written down here. Choose another filter to see more.
    .all = Show everything
actor-operator = Operator
actor-directory = Directory
actor-identity-provider = Identity provider
# Somebody who was removed since.
actor-removed = a former member
acted-on-people = { $count ->
    [one] { $count } person
   *[other] { $count } people
}
# An invite link without a label.
acted-on-link = without a label
# What was done; $who is a name, an address or so many people.
act-invites-sent = Invited { $who }
    .as-lead = Invited { $who } as a Team Lead
act-invites-reminded = Reminded { $who } of the invite
act-invite-mended = Sent an invite to another address: { $who }
act-invites-revoked = Revoked the invite for { $who }
act-invite-taken-over = Turned the invite for { $who } into a member
act-invite-declined = Declined the invite for { $who }
act-invite-reconsidered = Took back the no to the invite for { $who }
act-opted-out = Unsubscribed { $who }
act-opted-in = Subscribed { $who } again
act-member-added = Added { $who } on their behalf
act-member-corrected = Corrected name and job title of { $who }
    .name = Corrected the name of { $who }
    .title = Corrected the job title of { $who }
    .email = Changed the email address of { $who }
act-members-moved = Moved { $who } to { $team }
act-members-reminded = Reminded { $who } of the photos
act-member-removed = Removed { $who }
act-ownership-offered = Offered the ownership to { $who }
act-ownership-withdrawn = Took back the offer of ownership to { $who }
act-ownership-declined = Declined the ownership
act-ownership-accepted = Took over the ownership
act-link-created = Created the invite link { $who }
act-link-changed = Changed the invite link { $who }
act-link-paused = Paused the invite link { $who }
act-link-resumed = Resumed the invite link { $who }
act-link-revoked = Revoked the invite link { $who }
act-team-created = Created the team { $who }
act-team-renamed = Renamed a team to { $who }
act-team-deleted = Deleted the team { $who }
act-settings-changed = Changed how the organization invites
act-deletion-asked = Asked for the organization to be deleted
act-deletion-taken-back = Took the deletion of the organization back
act-pictures-days = { $days ->
    [one] Chose that photos and headshots are deleted after { $days } day
   *[other] Chose that photos and headshots are deleted after { $days } days
}
act-pictures-kept = Chose that headshots are kept
act-organization-renamed = Renamed the organization { $name }
act-profile-changed = Changed the website or the support address
act-logo-changed = Changed the logo
act-logo-removed = Removed the logo
act-settings-changed-photo-reminders = Changed how people are reminded to add photos
act-settings-changed-history = Changed how long the history is kept
act-settings-changed-credits = Changed from when on few credits are told of
act-credits-granted = { $count ->
    [one] Added { $count } credit
   *[other] Added { $count } credits
}
act-credits-requested = { $count ->
    [one] Requested { $count } credit
   *[other] Requested { $count } credits
}
act-credit-request-declined = { $count ->
    [one] Declined a request for { $count } credit
   *[other] Declined a request for { $count } credits
}
act-credit-request-withdrawn = { $count ->
    [one] Took back a request for { $count } credit
   *[other] Took back a request for { $count } credits
}
act-photos-submitted = Submitted the photos of { $who }
act-favorite-chosen = Chose the headshot of { $who }
act-members-moved-out = Moved { $who } to no team
act-role-raised = Made { $who } a Team Lead
act-role-lowered = Made { $who } a member again
act-results-link-renewed = Renewed the results link of { $who }
act-results-link-mailed = Mailed a results link again
act-headshots-downloaded = Downloaded the headshots of { $who }
    .team = Downloaded the headshots of { $who } in { $team }
act-results-link-revoked = Revoked the results link of { $who }
act-domain-added = Added the domain { $domain }
act-domain-removed = Removed the domain { $domain }
act-sso-connected = Changed the connection to the identity provider
act-sso-disconnected = Disconnected the identity provider
act-sso-tested = Tested the connection, which switched single sign-on on
act-sso-required = Required single sign-on for { $domain }
act-sso-optional = Allowed codes for { $domain } again
act-sso-changed = Changed how people come in through single sign-on
act-recovery-codes-made = Made new recovery codes
act-recovery-code-used = Signed in with a recovery code
act-member-provisioned = Added { $who } from the directory
act-member-updated = Updated { $who } from the directory
act-member-deactivated = Deactivated { $who }
act-member-reactivated = Reactivated { $who }
act-directory-token-made = Created a new directory token
act-directory-token-revoked = Revoked the directory token
# The same as kinds, to choose from.
acts-invites-sent = Invites sent
acts-invites-reminded = Invites reminded
acts-invite-mended = Addresses fixed
acts-invites-revoked = Invites revoked
acts-invite-taken-over = Invites turned into members
acts-invite-declined = Invites declined
acts-invite-reconsidered = Invites no longer declined
acts-opted-out = Unsubscribed
acts-opted-in = Subscribed again
acts-member-added = Members added
acts-member-corrected = Names and titles corrected
acts-members-moved = People moved
acts-members-reminded = Members reminded
acts-member-removed = Members removed
acts-role-changed = Roles changed
acts-ownership-offered = Ownership offered
acts-ownership-withdrawn = Ownership offers taken back
acts-ownership-declined = Ownership declined
acts-ownership-accepted = Ownership handed over
acts-link-created = Links created
acts-link-changed = Links changed
acts-link-paused = Links paused
acts-link-resumed = Links resumed
acts-link-revoked = Links revoked
acts-team-created = Teams created
acts-team-renamed = Teams renamed
acts-team-deleted = Teams deleted
acts-deletion-asked = Deletion of the organization asked for
acts-deletion-taken-back = Deletion of the organization taken back
acts-pictures-days = How long headshots are kept
acts-settings-changed = Settings changed
acts-credits-granted = Credits added
acts-credits-requested = Credits requested
acts-credit-request-declined = Credit requests declined
acts-credit-request-withdrawn = Credit requests taken back
acts-photos-submitted = Photos submitted
acts-favorite-chosen = Headshots chosen
acts-results-link-changed = Results links changed
acts-domain-added = Domains added
acts-domain-removed = Domains removed
acts-sso-changed = Single sign-on changed
acts-recovery-codes-made = Recovery codes made
acts-recovery-code-used = Recovery codes used
acts-member-provisioned = Members added from the directory
acts-member-updated = Members updated from the directory
acts-member-deactivated = Members deactivated
acts-member-reactivated = Members reactivated
acts-directory-token-made = Directory tokens created
acts-directory-token-revoked = Directory tokens revoked
acts-results-link-mailed = Results links mailed
acts-headshots-downloaded = Headshots downloaded
download-csv = Download CSV
# Heads of the columns of files, with | between.
export-members-columns = Name|Email|Job title|Team|Stage|Kind|Role|Sessions|Added
export-history-columns = When|Who|What|From
export-ledger-columns = When|What|Who|Note|Change|Balance

## Headshots

headshots-ready = { $count ->
    [one] { $count } person’s headshots are ready
   *[other] { $count } people’s headshots are ready
}
headshots = The favorite of each person.
    .undecided = The favorite of each person. { $count ->
        [one] { $count } person has not chosen yet.
       *[other] { $count } people have not chosen yet.
    }
    .none-yet = They appear here as soon as the first ones are made.
    .for-leads = Only leads see it
    .alt = Headshot of { $name }
    .search = Search by name
    .team = Team
    .all-teams = All teams
    .choice = Choice
    .choice-any = Any choice
    .choice-made = Chosen
    .not-chosen = Not chosen yet
    .found = { $count ->
        [0] No one matches.
        [one] { $count } person found.
       *[other] { $count } people found.
    }
    .first-of-them = Not chosen yet
# Everybody who is listed, as one ZIP file. .contents, .shape and .background are choices for it.
headshots-download = { $count ->
    [one] Download { $count } headshot
   *[other] Download { $count } headshots
}
    .contents = What to download
    .contents-one = One of each person
    .contents-all = Everything
    .shape = Crop
    .background = Background
    .background-hint = Where hair and shoulders don’t stand out clearly, the original background stays.
    .begun = Preparing the download…
    .progress = { $done } of { $count } headshots, { $megabytes } MB
    .meter = Headshots downloaded
    .cancel = Cancel download
    .cancelled = Download cancelled. Nothing was saved.
    .saved = Downloaded as { $file }.
    .broken = The download broke off, and nothing was saved. Check your connection, then try again.
# A file in such an archive that names what could not be put into it.
archive-missing = Missing headshots
    .text = These headshots could not be read when the archive was made: { $names }
no-headshots = No headshots yet
    .text = Add members, or begin with your own photos. Each person’s favorite will stand here.
    .button = My own photos

## Credits

credits = Credits
    .none-left = 0 credits left
    .intro = One credit is one headshot session. It is used when the photos are submitted, never when you invite.
# Somebody came here by Add member.
credits-needed = You were about to add a member, and there are no credits left.
    .text = Adding people needs at least one credit in the balance, in each of the three ways. Inviting itself costs nothing.
ledger = Ledger
    .count = { $count ->
        [one] { $count } entry
       *[other] { $count } entries
    }
    .none = No credits have moved yet
    .none-text = When credits are added or used, each movement stands here with its date and who it was for.
    .pages = Pages
    .older = Show older
    .date = Date
    .what = What
    .who = Who
    .change = Change
    .balance = Balance
# Why a balance changed.
entry-grant = Added by your provider
entry-shoot = Photos submitted
entry-refund = Returned, session failed
balance = Balance
    .left = { $NUMBER } { $count ->
        [one] credit left
       *[other] credits left
    }
    .meter = { $reserved } of { $balance } reserved
    .meter-missing = { $balance ->
        [one] { $balance } credit
       *[other] { $balance } credits
    } for { $reserved ->
        [one] { $reserved } person
       *[other] { $reserved } people
    }, { $missing } missing
    .no-photos = Joined, no photos yet
    .adding = Adding photos
    .pending = Invites pending
    .unreserved = Unreserved
    .missing = Credits missing
more-credits = More credits
    .text = Credits are added by whoever runs this Headcount for you. Ask for as many as you need: they are told by email, and you are told what they say.
    .text-not-mailed = Credits are added by whoever runs this Headcount for you. Ask for as many as you need: the request is kept here for them. They are not told by email, so let them know yourself; you are told what they say.
    .missing = { $count ->
        [one] { $count } person already invited or joined needs { $missing } more.
       *[other] { $count } people already invited or joined need { $missing } more.
    }
# .what-note is the name of the field, as a sentence about it begins.
request-credits = Request credits
    .field = How many credits
    .wrong = Type a number from { $min } to { $max }.
    .what-note = The note
    .note = Note
    .note-hint = For whoever answers, such as a purchase order or what they are for.
    .done = Credits requested. You get an email with the answer.
    .full = { $max } requests are open. When one is answered or taken back, you can ask again.
# $answer is what the operator wrote.
credit-requests = Requests
    .open = Waiting for an answer
    .confirmed = Added
    .declined = Declined
    .withdrawn = Taken back
    .credits = { $count ->
        [one] { $count } credit
       *[other] { $count } credits
    }
    .by = by { $name }
    .by-removed = by somebody who was removed
    .answer = Answer: { $answer }
    .withdraw = Take back
    .withdraw-label = Take back the request for { $credits } credits
    .withdrawn-now = Request taken back.
    .newest = At most the newest { $most } are listed here. All of them are in the history.
# Below each form that adds people: what it costs, and whether it fits.
credits-left = { $count ->
    [one] { $count } credit left
   *[other] { $count } credits left
}
adding = { credits-left }. A credit is used when photos are submitted, not before.
    .reserved = { credits-left }, { $reserved } of them reserved for people already added. A credit is used when photos are submitted, not before.
    .too-few = { credits-left }: { $missing } missing. You can still add people; whoever submits first uses a credit.
    .missing = { credits-left }, and { $reserved } already reserved: { $missing } missing. You can still add people; whoever submits first uses a credit.

## Settings

settings = Settings
teams = Teams
    .hint = Group members, to find and move them together.
    .none = No teams yet
    .none-text = With a team there, the Add member dialog asks which team people are for.
    .members = All members
    .link = See all teams
    .people = { $count ->
        [one] { $count } member
       *[other] { $count } members
    }
    .people-and-invites = { $count ->
        [one] { $count } member
       *[other] { $count } members
    }, { $invites ->
        [one] { $invites } invite pending
       *[other] { $invites } invites pending
    }
    .ready = { $count } ready
team-rename = Rename
    .label = Rename { $name }
    .field = Team name
team-delete = Delete team { $name }?
    .label = Delete { $name }
    .people = { $count ->
        [0] Nobody is in it.
        [one] Its { $count } person stays a member, in no team.
       *[other] Its { $count } people stay members, in no team.
    }
    .invites = { $count ->
        [one] { $count } pending invite stays, too.
       *[other] { $count } pending invites stay, too.
    }
    .button = Delete team
    .done = Team { $name } deleted. { $count ->
        [0] Nobody was in it.
        [one] Its { $count } person stays a member.
       *[other] Its { $count } people stay members.
    }
team-add = New team
    .button = Add team
inviting = Inviting
    .hint = For invites that are sent by email.
saved = Saved.
auto-reminders = Remind people who have not answered
    .hint = By email, { $first } and { $second } days after their invite. It stops when they join or decline, or when you revoke the invite.
invite-days = Days until an invite expires
    .hint = From { $min } to { $max }. Invites already sent keep their expiry date.
    .wrong = Type a number of days from { $min } to { $max }.

pictures-kept = Photos and headshots
    .hint = Photos are deleted 30 days after the headshots are ready; headshots stay, unless you choose otherwise.
pictures-days = Days after which everything is deleted
    .hint = From { $min } to { $max }, counted from when the headshots are ready. Empty keeps the headshots.
    .means = { $count ->
        [0] There are no finished headshot sessions yet. Everybody reads on their page, and in the email about their headshots, when theirs go.
        [one] There is { $count } finished headshot session. Everybody reads on their page when theirs go; nothing goes sooner than { $days } days after you save. It cannot be taken back then.
       *[other] There are { $count } finished headshot sessions. Everybody reads on their page when theirs go; nothing goes sooner than { $days } days after you save. It cannot be taken back then.
    }
    .wrong = Type a number of days from { $min } to { $max }, or nothing.

deletion = Delete the organization
    .text = All members, photos, headshots, invites, links, teams and credits of { $org } are deleted { $days } days after you ask for it, for good. Every Team Lead is told by email at once, and until then you can take it back. What was paid for and what was done stays on record without anybody’s name.
    .field = Type { $org } to confirm
    .button = Delete the organization
    .due = { $org } is deleted { $TIME }, with everything in it. Download what you want to keep before.
    .take-back = Keep the organization
    .taken-back = The organization stays.
# On top of every page of every Team Lead, until then.
deletion-banner = { $org } is deleted { $TIME }, with everything in it.
    .back = Take it back
    .ask = Only its Owner can take that back.
photo-reminders = Reminders to add photos
    .hint = For people who joined and have not submitted.
    .by-itself = Remind them by email
    .by-itself-hint = Nobody is emailed who unsubscribed. You can remind people by hand as well, on the Members page.
    .days = Days without anything happening
    .days-hint = From { $min } to { $max }. The dashboard tells you of them after as many days.
    .days-wrong = Type a number of days from { $min } to { $max }.
    .times = Reminders for one person
    .times-hint = From { $min } to { $max }, each after as many days.
    .times-wrong = Type a number from { $min } to { $max }.
history-kept = History
    .hint = Who did what.
    .days = Days that entries are kept
    .days-hint = From { $min } to { $max }. Older ones are deleted for good.
    .days-wrong = Type a number of days from { $min } to { $max }.
# Below how many credits leads are told.
credit-threshold = Tell us when fewer credits are left than
    .hint = All Team Leads get one email when it happens, and the dashboard says so. 0 for never.
    .wrong = Type a number from { $min } to { $max }.

## Add member

add-member = Add member
    .ways = Ways to add a member
    .invite = Send invite
    .link = Open invite
    .managed = Add on their behalf
unsent = Close without sending?
    .text = What you typed here will be gone.
    .keep = Keep editing
    .discard = Discard and close
what-next = What happens next

## Send invite

addresses = Email addresses
    .hint = Paste a whole list: commas, spaces or line breaks all work. A CSV file can have the columns email, name, team and job title.
    .list = Addresses
    .example = ada@company.com, grace@company.com
    .another = Add another
    .show-more = Show { $count } more
    .choose-file = Choose a CSV file
# What a paste or file has come to.
addresses-added = { $fine } added.
    .with-attention = { $fine } added, { $count ->
        [one] { $count } needs attention.
       *[other] { $count } need attention.
    }
addresses-to-invite = { $count } will be invited.
    .left-out = { $count } will be left out.
    .to-fix = { $count ->
        [one] { $count } needs fixing.
       *[other] { $count } need fixing.
    }
    .to-fix-and-left-out = { $count ->
        [one] { $count } needs fixing, { $left } will be left out.
       *[other] { $count } need fixing, { $left } will be left out.
    }
    .too-many = { $count ->
        [one] { $count } stays here for a second go.
       *[other] { $count } stay here for a second go.
    }
column-ignored = The column { $name } was not used.
    .several = The columns { $names } and { $last } were not used.
addresses-missing = Type at least one email address.
addresses-too-many = { $count } addresses are too many at once. Send at most { $max }, then the rest.
list-too-large = This list is too large to send at once. Send at most { $max } people, then the rest.
# In few words, behind an address.
chip-new = new
chip-twice = listed twice
chip-member = already a member
chip-invited = already invited
chip-unsubscribed = unsubscribed
chip-covered = can sign in
chip-no-team = no team “{ $team }”
chip-to-fix = needs fixing
chip-not-invited = not invited
# For screen readers. $state is one of those above.
chip-edit = { $address }, edit
    .with-state = { $address }, { $state }, edit
    .field = Address
chip-remove = Remove { $address }
# What needs attention, a line for each.
to-fix = Left out or to fix
    .more = And { $count } more like these.
    .remove-all = Remove all of these
    .edit = Fix
    .edit-label = Fix { $address }
    .leave-out = Leave out
    .leave-out-label = Leave { $address } out
    .meant = Did you mean { $DOMAIN }?
    .take-meant = Yes, use it
    .keep = Keep as typed
    .member = { $NAME } is already a member.
    .invited = { $ADDRESS } is already invited.
    .covered = { $count ->
        [one] { $count } address can sign in directly, no invite needed.
       *[other] { $count } addresses can sign in directly, no invite needed.
    }
    .invite-covered = Invite them all the same
    .unsubscribed = { $ADDRESS } unsubscribed from your organization’s invites, and gets none.
    .not-invited = { $ADDRESS } was not invited.
    .reminded = A reminder to { $address } is being sent.
missing-team = “{ $TEAM }” isn’t a team yet ({ $count ->
        [one] { $count } person
       *[other] { $count } people
    }).
    .create = Create team
    .create-label = Create team { $team }
    .created = { $team } created.
send-role = Role
    .hint = Team Leads can invite, move and remove people, see all photos and headshots, and spend credits.
    .wrong = Choose one of the roles.
send-note = Note to them
send-steps = Each person gets an email with a link that works only for them.
    .join = They join, then add 8 to 15 photos from their phone.
    .credit = One credit is used when they submit their photos, not before.
# .plain is there before the page has its scripts and can count.
send-button = { $count ->
        [one] Invite { $count } member
       *[other] Invite { $count } members
    }
    .plain = Invite
    .busy = { $count ->
        [one] Inviting { $count } member…
       *[other] Inviting { $count } members…
    }
# What is said after a send, up to three of these.
sent = { $count ->
        [0] Nobody was invited.
        [one] { $count } invite is being sent.
       *[other] { $count } invites are being sent.
    }
    .left-out = { $count ->
        [one] { $count } address stayed here, with its reason.
       *[other] { $count } addresses stayed here, each with its reason.
    }
    .follow = You can leave; the Members page shows how far it is.

## Add on their behalf

managed = For someone who cannot or would rather not do it themselves. You upload their photos; they need no account.
    .name = Name
    .email = Email
    .title = Job title
    .with-email = With an email
    .with-email-text = We email them a private link when the headshots are ready.
    .without-email = Without an email
    .without-email-text = Only Team Leads see the headshots, and pass them on themselves.
    .see-member = See this member
    .take-over = Turn that invite into this member
    .take-over-hint = Nobody is reminded of it any more. If the person opens its link all the same, they join as this member.
    .step-create = We create the member and take you to their photo upload.
    .step-photos = You add 8 to 15 photos. You can stop and come back.
    .step-submit = One credit is used when you submit the photos.
    .button = Add member

## Open invites

# $domains is one or several.
links-covered = People with an address at { $domains } can sign in directly, no link needed. Use a link for others.
links-intro = Anyone with the link can join, within the limits you set. Good for a group chat or a poster in the canteen.
link-domains = Domain restriction
    .hint = Such as company.com, *.company.com
link-limit = Usage limit
    .hint = How many people may join.
link-label = Label
    .hint = Only leads see it.
link-create = Create invite link
link-made = Your link is ready.
    .text = Copy it and share it.
    .what = the new link
link-edit = Change the link
    .button = Save changes
    .done = The link is changed.
    .unsent = Save or cancel your changes first.
link-gone = The link is gone again. Reload the page.
expiry = Expiration date
    .presets = Expiration presets
    .today = Today 18:00
    .tomorrow = Tomorrow
    .in-a-week = In a week
    .in-a-month = In a month
    .twice = { $time } comes twice that night, for the clocks go back. Close at the second one.
    .zone = Time zone: { $ZONE }
    .half = Type both a date and a time, or leave both empty for no expiry.
    .unreadable = Type a date and a time, such as 31/03/2027, 18:00.
    .unreadable-sent = Type a date and a time, or leave both empty for no expiry.
    .never = { $time } does not exist on { $date }: the clocks go forward. Type { $instead } instead, or another time.
    .passed = This time has passed. Choose a later one.
links = Your links
    .live = { $count } live
    .paused = { $count } paused
    .closed = { $count } closed
    .none = No links yet
    .none-text = A link lets many people join without a list of addresses. You set who, how many, and until when.
    .show-more = Show { $count } more
    .hint = Revoking a link never removes people who joined.
    .done = Done
link-state-live = Live
link-state-paused = Paused
link-state-full = Full
link-state-expired = Expired
link-state-revoked = Revoked
# Behind the state, one behind the other.
link-facts = , any address
    .domains = , { $domains }
    .team = , team { $team }
    .closes = , closes { $DATE }
    .closed = , closed { $DATE }
    .by = , by { $name }
link-used = { $used } joined
    .of = { $used } of { $max } joined
    .meter = Places used
# The buttons of a link; $name for screen readers.
link-add-places = Add places
    .label = Add places: link { $name }
link-reopen = Reopen
    .label = Reopen: link { $name }
link-waiting = { $count } waiting
    .label = { $count } waiting for link { $name }
link-qr = QR code
    .label = QR code of link { $name }
    .alt = QR code of this invite link
    .title = For a poster or a slide
    .hint = Scanning opens the join page. The code stops working when the link closes.
link-change = Edit
    .label = Edit link { $name }
link-pause = Pause
    .label = Pause link { $name }
    .done = The link is paused: nobody can join with it until you resume it.
link-resume = Resume
    .label = Resume link { $name }
    .done = The link works again.
link-revoke = Revoke
    .label = Revoke link { $name }
    .question = Revoke this link?
    .text = Nobody new can join with it, ever. { $count ->
        [0] Nobody has so far.
        [one] The person who already joined stays a member.
       *[other] The { $count } people who already joined stay members.
    }
    .button = Revoke link
    .done = Link revoked. { $count ->
        [0] Nobody had joined with it.
        [one] The { $count } person who joined stays a member.
       *[other] The { $count } people who joined stay members.
    }
# $what is a link or a list, as below.
copy =
    .link = link { $name }
    .link-copied = Link copied.
    .waiting = the addresses waiting for link { $name }
    .waiting-copied = Addresses copied.
    .failed = The browser did not let us copy. Select the text and copy it by hand.
waitlist = Waiting for a place
    .text = They left these addresses at the link; nobody has checked them. Add places and the link works for them again, or send them an invite.
    .invite = Invite them
    .add-places = Add places

## Lists of addresses in files

file-spreadsheet = { $file } is a spreadsheet. Save it as CSV, or copy its cells and paste them here.
file-too-large = { $file } is larger than 2 MB. Split it, or paste the addresses alone.
file-unreadable = { $file } could not be read. Choose it again.
file-folder = { $folder } is a folder. Open it and drop the files that are in it.
file-no-text = { $file } is not text. Save the list as CSV.

## How inviting works

# The link to the page below.
how-inviting-works = How inviting works
help = Inviting members
    .intro = There are three ways to add people, all behind the { $BUTTON } button on the dashboard and on the Members page. Each needs at least one credit in the balance; none of them uses one.
    .invite = For people who take their own photos, when you have their addresses.
    .invite-1 = Paste one or more email addresses. Commas, spaces and line breaks all work; a CSV file with the columns email, name, team and job title does too.
    .invite-2 = Fix marked addresses in place. Members and people already invited are left out.
    .invite-3 = Choose a team, if your organization has any, and add a note if you like.
    .invite-4 = Press Invite. Each person gets an email with a link that works only for them.
    .invite-5 = The Members page shows what became of each email. There you remind people, fix a wrong address, and revoke. People who don’t answer are reminded after 3 and after 7 days, unless you switch that off in Settings.
    .link = For a group, when one link in a chat or an email is easier than a list.
    .link-1 = Set what you need: a domain that addresses must have, how many may join, until when.
    .link-2 = Press Create invite link, copy it, and share it.
    .link-3 = The same tab lists your links and how often each was used. There you change, pause and revoke them, and see who is waiting at a full one. People who joined before stay.
    .managed = For somebody whose photos you upload yourself. They need no account.
    .managed-1 = Type the name; an email address and a job title are optional.
    .managed-2 = Press Add member, and go on to the photos.
    .managed-3 = With an address, the person gets a private link when the headshots are ready. Without one, only Team Leads see them.
    .more = Good to know
    .more-1 = One credit is used when photos are submitted, and comes back if the headshots cannot be made.
    .more-2 = Revoking an invite or a link removes nobody.
    .more-3 = People can be moved to another team on the Members page, and removed there. Members with more than 3 headshot sessions are removed by support.
    .more-4 = If single sign-on adds people when they first sign in, people at your verified domains need no invite. Invites and links stay for everybody else.
did-it-help = Did this help?
    .yes = Yes
    .no = No
    .thanks = Thanks for telling us.
    .support = Then write to { $ADDRESS }.
    .subject = Inviting members

## Domains and single sign-on

domains = Domains
    .hint = Prove that a domain is yours, then people at it can sign in through your identity provider.
    .none = No domains yet
    .none-text = Add the domain of your company’s email addresses, such as company.com. Subdomains count as domains of their own.
domain-add = Add a domain
    .example = company.com
    .button = Add domain
domain-look = Check now
    .label = Check { $domain } now
    .found = The record is there. The domain is verified.
    .not-found = The record was not found yet.
domain-remove = Remove
    .label = Remove { $domain }
    .title = Remove this domain?
    .text = People at it sign in with a code by email again, and nobody new comes in through your identity provider. Members stay.
    .text-waiting = It is not verified, so nothing changes for anybody.
    .button = Remove domain
    .done = { $domain } removed.
domain-verified = Verified
    .on = Verified { $DATE }
domain-waiting = Waiting for DNS
domain-missing = Record missing
domain-lost = Not verified any more
# What to do with the record.
domain-record = Add this TXT record where { $domain } is managed. We look again and again, soon and often at first, then daily, and email you when it is found.
    .missing = The record is gone. Put it back within { $days } days of the mail about it; until then nothing changes.
    .lost = The record of { $domain } was gone for too long, or another organization has proved the domain. Put it back to have the domain verified again.
    .type = Type
    .name = Name
    .name-copied = Name copied
    .value = Value
    .value-copied = Value copied
domain-looked = Last look: { $TIME }.
domain-found-nothing-yet = We have not looked yet.
domain-found-none = There is no TXT record at that name yet. New records can take an hour. Some providers add the domain to the name themselves: try just _headcount there.
domain-found-other = There are TXT records at that name, but none with this value. Copy the value again, without anything around it.
domain-found-no-answer = The name servers of the domain did not answer, so nothing has changed. We ask again soon.
domain-found-taken = Your record is there, and so is that of another organization, which has the domain. It goes to you once their record is removed.

sso = Single sign-on
    .hint = People at your verified domains sign in with their work account.
    .on = On
    .untested = Not tested yet
    .test = Test connection
    .change = Change connection
    .saved = Saved. Now test the connection.
    .save = Save connection
    .preset = Identity provider
    .callback = Redirect URI
    .callback-copied = Redirect URI copied
    .issuer = Issuer, or tenant ID
    .issuer-hint = Entra ID: the Directory (tenant) ID. Okta: your Okta domain. Keycloak: https://…/realms/your-realm.
    .disconnect = Disconnect
    .disconnect-title = Disconnect the identity provider?
    .disconnect-text = Everybody signs in with a code by email again. Members stay, and nobody new comes in by themselves.
    .disconnected = Disconnected.
    .require = Require SSO for { $domain }
    .require-stop = Allow codes for { $domain } again
    .required-hint = People at { $domain } sign in through your identity provider only. Codes by email do not work for them.
    .optional-hint = People at { $domain } are led to your identity provider, and may get a code by email instead.
sso-guide = What to copy from where
    .ours = Headcount
    .there = is copied from Headcount’s
    .here = is copied to Headcount’s
# Fields and pages as the providers call them.
entra-authentication = Authentication › Web
    .redirect = Redirect URIs
entra-overview = Overview
    .client = Application (client) ID
    .tenant = Directory (tenant) ID
entra-secrets = Certificates & secrets › Client secrets
    .value = Value
google-clients = Clients › Web application
    .redirect = Authorized redirect URIs
    .client = Client ID
    .secret = Client secret
okta-general = Applications › General
    .redirect = Sign-in redirect URIs
    .client = Client ID
    .secret = Client secret
okta-menu = The menu under your name
    .domain = Okta domain
keycloak-settings = Clients › Settings
    .client = Client ID
    .redirect = Valid redirect URIs
keycloak-credentials = Clients › Credentials
    .secret = Client Secret
keycloak-endpoints = Realm settings › Endpoints
    .issuer = OpenID Endpoint Configuration
# What to do at each provider.
sso-steps-entra = In the Entra admin center: App registrations, New registration, this organization only. Add the redirect URI below as “Web”. Under Token configuration add the optional claim “email” to the ID token. Copy the Application (client) ID, the Directory (tenant) ID, and a new client secret’s value.
sso-steps-google = In the Google Cloud console: Google Auth Platform, Audience “Internal”; then Clients, Create client, Web application. Add the redirect URI below. Copy the client ID and the client secret.
sso-steps-okta = In the Okta admin console: Applications, Create App Integration, OIDC, Web Application. Add the redirect URI below, and assign the people. Copy the client ID and the client secret; the issuer is your Okta domain.
sso-steps-keycloak = In the Keycloak admin console, in your realm: Clients, Create client, OpenID Connect, with client authentication. Add the redirect URI below. Copy the client ID, and the secret from Credentials. Users need a verified email address.
sso-steps-other = Any provider with OpenID Connect discovery. Register a web application with the redirect URI below, signing ID tokens with RS256 or ES256, that sends the claims email and email_verified.
client-id = Client ID
    .missing = Type the client ID, as your identity provider shows it.
client-secret = Client secret
    .hint = Kept encrypted, and never shown again.
    .kept = Leave it empty to keep the one that is there.
    .long = This is longer than a client secret is. Copy its value again.
jit = Add people when they first sign in
    .hint = Anyone at a verified domain becomes a member with no invite. Invites stay for people outside it. Switched off, only people you have added or invited come in.
    .team = Team for people who arrive this way
team-table = Choose the team by a claim
    .field = Values and teams
    .hint = A line for each: value = team. The first that fits decides; whom none fits goes to the team above.
    .wrong = “{ $line }” is not of the form: value = team.
    .unknown = There is no team called “{ $team }”.
team-claim = Claim
    .example = groups
    .hint = The claim of the ID token whose values are looked at, such as groups or department.
recovery = Recovery codes
    .hint = The Owner’s way back in when the identity provider does not answer. Each works once, and all Team Leads are told.
    .left = { $count ->
        [one] { $count } code left
       *[other] { $count } codes left
    }
    .once = Keep these codes somewhere safe. They are shown only now, and earlier ones no longer work.
    .copied = Recovery codes copied
    .renew = Make new codes
directory = Directory (SCIM)
    .hint = Your identity provider adds, updates and deactivates people by itself. Deactivated people lose access at once; their headshots stay.
    .url = SCIM base URL
    .url-copied = SCIM base URL copied
    .none = No token yet
    .none-text = The Owner creates one, and types it into the identity provider together with the base URL.
    .none-domain = Verify a domain first: the directory can only add people at your own domains.
    .made = Token created on { $DATE }
    .unused = Not used yet
    .used = Last used { $DATE }
    .people = { $count ->
        [one] { $count } person from the directory
       *[other] { $count } people from the directory
    }
    .deactivated = { $count } deactivated
    .make = Create token
    .renew = Create a new token
    .renew-title = Create a new token?
    .renew-text = The token in use stops working at once. Until your identity provider has the new one, nobody is added or deactivated.
    .token = Token
    .token-copied = Token copied
    .once = Copy this token now. It is shown only once.
    .revoke = Revoke token
    .revoke-title = Revoke the token?
    .revoke-text = Your identity provider can no longer add, update or deactivate anybody. People it has added stay.
    .revoked = Token revoked.

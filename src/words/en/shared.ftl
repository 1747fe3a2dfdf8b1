### What more than one client says.

# For keyboards and screen readers; the first thing on each page.
skip-to-content = Skip to content
loading = Loading…
try-again = Try again
sign-in-link = Sign in
# Behind the label of a field.
optional-mark = (optional)
# A button; $what it copies is for screen readers.
copy = Copy
    .label = Copy { $what }
    .done = Copied
    .done-label = Copied { $what }
# The button beside one that removes, revokes or deletes.
keep-it = Keep it
# In the bar of a member's page, back to the list.
# The pages of leads, in the navigation and in the title of the window.
page-dashboard = Dashboard
page-members = Members
page-headshots = Headshots
page-credits = Credits
page-settings = Settings
navigation = Main
# Of an email that a page prepares.
mail-subject = Headshots

# What is to be seen on the picture that chat programs show.
preview-picture = A contact sheet of headshots

## How far a person is

stage-invited = Invited
stage-joined = Joined
stage-adding-photos = Adding photos
stage-generating = Generating
stage-ready = Ready
stage-needs-attention = Needs attention

## Roles

role-owner = Owner
role-team-lead = Team Lead
role-member = Member

## The shapes of a headshot

shape-portrait = Portrait, 4:5
shape-square = Square
shape-round = Round
shape-chat = For chat, 400 px

## What stands behind the person in a headshot

background-original = Original background
background-soft = Soft background
background-plain = Plain background

## What went wrong

error-signed-out = You are signed out. Sign in again; what you typed stays on this page.
# $incident is what the operator finds in the log.
error-internal = Something broke on our side, and nothing was changed. Try again; if it stays, tell your operator: { $incident }.
error-database-away = Headcount cannot reach its database. Nothing was changed. Try again in a few seconds.
error-busy = Somebody else is changing the same thing. Nothing of yours was changed; try again.
error-network = The server did not answer. Check your connection, then try again.
error-unreadable = The page and the server do not understand each other. Reload the page.
error-no-organization = This page is of an organization that you do not look at any more: you were removed from it, or you went to another one in another tab.
# Where somebody goes on who may no longer see a page.
go-on-button = Go on

## Dates

# $month is a number from 1 to 12.
month = { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
}
month-short = { $month ->
    [1] Jan
    [2] Feb
    [3] Mar
    [4] Apr
    [5] May
    [6] Jun
    [7] Jul
    [8] Aug
    [9] Sep
    [10] Oct
    [11] Nov
   *[12] Dec
}
today = today
yesterday = yesterday
# In another year than this one.
date = { $day } { month-short } { $year }
date-this-year = { $day } { month-short }
# In a sentence.
date-long = { $day } { month } { $year }
# $date is one of those above, $time is like 17:05.
date-and-time = { $date }, { $time }
# $zone is like UTC+1.
date-and-time-zone = { $date }, { $time } { $zone }
# Before the page knows the reader's own zone.
date-and-time-utc = { date-long }, { $time } UTC

### What the client of whoever adds photos and looks at headshots says.

## Titles of windows

title-shoot = Headshots
title-results = Your headshots

## The page of a person

# To themselves, and to a lead. $name is the first name.
photos = Your photos, { $name }
    .of = Photos of { $name }
    .intro = Add { $min } to { $max } photos: from different days, in daylight, with nobody else in the picture. You can stop and come back. Submitting uses one of { $org }’s credits and is final.
# $mail is one of the three messages below.
making = Your headshots are being made
    .of = { $name }’s headshots are being made
    .intro = It takes a few minutes, and goes on without this page. { $mail }
    .meter = Making the headshots
    .submitted = { $count } photos submitted. One credit has been used for this headshot session.
    .check-again = Check again
mail-when-ready = We email you when they are ready.
    .them = We email { $address } when they are ready.
    .nobody = There is no email address, so only Team Leads see the results. Pass them on to { $name } yourself.
ready = Here you are, { $name }
    .of = { $name }’s headshots
    .intro = Pick a favorite, download one or all. Your Team Lead sees them too.
    .intro-of = Pick a favorite, download one or all. The member sees them too.
    .intro-for-leads = Pick a favorite, download one or all. Only Team Leads see them.
# Where the organization chose how long pictures are kept.
pictures-deleted = The photos and headshots of this shoot were deleted { $DATE }, as { $org } has chosen. New photos make new headshots.
# Behind the sentence that says why.
shoot-failed = The credit was returned, and the photos are below again.
# Photos that come after the draft they were for was submitted.
late = These photos are submitted already.
    .text = This page is older than that. What you added here was not taken, and no other shoot has begun.
    .see = See the shoot
another-begin = Begin another shoot
another-waits = You can begin another shoot when these headshots are ready.
another-shoot = Another shoot
    .hint = New photos make a new headshot session, which uses one more credit.

## About the person

about = About you
    .them = About { $name }: team, role, history
    .name = Name
    .title = Job title
    .email = Email
    .team = Team
    .role = Role
    .joined = Joined
    .correct = Correct your name
    .name-field = Your name
    .name-hint = As it should stand in lists, in emails, and in the names of your files.
    .save = Save
    .history = History

## Adding photos

# .upload is there before the page has its scripts.
add-photos = Add photos
    .hint = Drop them anywhere on this page or choose them. { $formats }, up to { $megabytes } MB each, { $pixels } pixels or more on the short side.
    .choose = Choose photos
    .camera = Take a photo
    .upload = Upload the chosen photos
# The formats of files that are taken.
formats = JPEG, PNG or WebP
    .with-heic = JPEG, HEIC, PNG or WebP
photo-added = { $file } added.
# Beside a photo that was taken, where another one would do better: what is wrong, then what helps.
advice-dark = This looks dark. A photo in daylight gives better headshots.
advice-blurry = This looks blurry. A sharper photo gives better headshots.
advice-no-face = No face found here. One that looks into the camera works best.
advice-several-faces = More than one face. A photo of just one person gives better headshots.
advice-small-face = The face is small. A photo from closer up gives better headshots.
folder-refused = This is a folder. Open it and drop the photos that are in it.
files-refused = Some files were not taken.
photo = Photo { $number }
    .remove = Remove photo { $number }
upload-cancel = Cancel { $file }
upload-dismiss = Dismiss { $file }
upload-not-sent = The browser could not send this file.
# Beside a photo that was to be removed.
photo-left = Not removed. Check your connection, then try again.
upload-not-yours = You can no longer add photos here. Reload the page to see why.
upload-signed-out = You are no longer signed in here. Reload the page; the photos that are in stay.
# Beside a photo that broke off before the page was loaded, where this browser does not have its file.
upload-unfinished = { $percent }% of this photo is here. Choose it again, and it goes on from there.
upload-waits = It did not get through yet. It is sent again when the connection is back.
upload-broken = It did not get through. Check your connection, then try again.

## Submitting

# To a lead, above the photos, before anything is submitted.
no-credits = { $org } has no credits left.
    .text = You can add photos now; submitting them needs a credit.
    .get = Get credits
submit = Ready when you are
    .added = { $NUMBER } { $count ->
        [one] photo added
       *[other] photos added
    }
    .meter = Photos; { $min } are enough, { $max } at most
    .to-go = { $count } more to go. A few more than { $min } help.
    .enough = That is enough. A few more help with the choice.
    .button = Submit { $count ->
        [one] { $count } photo
       *[other] { $count } photos
    }
    .hint = Submitting uses one of { $org }’s credits and starts the headshot session. Photos can’t be changed afterwards.
tips = What works, what doesn’t
    .daylight = Face in daylight
    .shoulders = Shoulders in view
    .alone = Just you
    .dark = Too dark
    .far = Too far away
    .eyes = Eyes covered

## Headshots

download-all = Download all
# $number is like 07.
favorite = Number { $number } is the chosen headshot.
    .none = No favorite yet: choose one below.
    .alt = Headshot { $number }, your favorite
    .alt-first = Headshot { $number }, the first of them
    .download = Download number { $number }
picture-facts = { $width } × { $height } pixels, JPEG, no watermark.
# Of a shoot, with its date.
sheet = Headshots of { $date }
    .count = { $count ->
        [one] { $count } headshot
       *[other] { $count } headshots
    }
    .kept-until = They are deleted { $DATE }. Download the ones you want to keep.
headshot = Headshot { $number }
    .enlarge = Enlarge headshot { $number }
    .choose = Choose
    .choose-label = Choose headshot { $number } as favorite
    .chosen = Favorite
    .download = Download
    .download-label = Download headshot { $number }
    .file = { $shape }: headshot { $number }
# The title of the window that shows one headshot large.
viewer = Headshot { $number } of { $date }
    .counter = { $place } of { $count }
    .previous = Previous
    .next = Next
    .close = Close
    .compare = Compare
    .background = Background
    .background-original = Original
    .background-soft = Soft
    .background-plain = Plain
    .background-hint = Where hair and shoulders don’t stand out clearly, the original background stays.
    .compare-hint = { $number } stays on the left while you look at the others.

## The private link

private-link = Private link
    .text = { $name } sees the headshots with this link, without an account.
    .what = the private link
    .copied = Copied.
    .not-copied = The browser does not allow copying here. Select the link instead.
    .mail = Email it to { $address }
    .mail-hint = Once an hour at most.
    .mailed = Last emailed
    .renew = Renew link
    .renew-text = You get a new link to send to { $name }. The one above stops working at once.
    .revoke = Revoke link
    .revoke-text = The link stops working at once, and { $name } cannot see the headshots until you make a new one. Nothing is deleted.
    .revoked = The link is revoked: { $name } cannot see the headshots.
    .make = Make a new link
results = { $lead } had these made for you at { $org }. Pick a favorite, download one or all. Whoever has this link sees them, so keep it to yourself.
# Whoever opens a private link that is none any more: a lead made a new one, or revoked it, or the member
# has an account now.
link-renewed = There is a newer link
    .text = { $org } replaced this one, so it no longer shows your headshots. Look for the newer link in your inbox, or ask { $lead } for it.
link-revoked = This link was revoked
    .text = { $org } revoked it, so it no longer shows your headshots. They are not deleted: ask { $lead } for a new link.
link-account = You have an account now
    .text = Your private link ended with that. Sign in to see your headshots.
    .sign-in = Sign in
link-ended-write = Write to { $lead }
results-not-ready = Not ready yet
    .text = { $lead } is preparing your headshots. We email you when they are ready.

-- How an organization shows itself to whoever it invites. Its logo is public, under a name that says nothing of
-- the organization and is another with each upload.
alter table organizations
    add column website text
        constraint organizations_website_length check (char_length(website) between 1 and 200),
    add column support_address text
        constraint organizations_support_address_length check (char_length(support_address) between 3 and 254),
    add column logo_id uuid constraint organizations_logo_key unique,
    add column logo_at timestamptz,
    add constraint organizations_logo_dated check ((logo_id is null) = (logo_at is null));

alter table pending_pictures
    drop constraint pending_pictures_kind,
    add constraint pending_pictures_kind check (kind in ('photo', 'headshot', 'logo'));

-- An organization may choose that all pictures of a shoot are deleted so many days after it was ready. H5
alter table organizations
    add column pictures_days smallint
        constraint organizations_pictures_days check (pictures_days between 7 and 365);
alter table shoots
    -- When its pictures are due to go; written down with the choice, so that it is said before it happens.
    add column pictures_until timestamptz,
    add column pictures_deleted_at timestamptz,
    add constraint shoots_pictures_kept_or_deleted check (pictures_until is null or pictures_deleted_at is null);
create index shoots_pictures_until on shoots (pictures_until) where pictures_until is not null;

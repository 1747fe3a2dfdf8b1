-- By the digest of a file a browser sees that it was sent before, without sending it again. Nobody knows it of
-- the photos that are here already.
alter table photos
    add column digest bytea,
    add constraint photos_digest_length check (octet_length(digest) = 32);

-- Since when each secret key signs, so that it can be told what an older one still holds. A fingerprint tells
-- nothing about its key.
create table signing_keys (
    fingerprint bytea not null constraint signing_keys_pkey primary key,
    since timestamptz not null default now(),
    constraint signing_keys_fingerprint_length check (octet_length(fingerprint) = 16)
);

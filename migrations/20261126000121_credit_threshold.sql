-- From so few credits on the leads are told (C9). No balance is below zero, so zero tells nobody.
alter table organizations add column credit_threshold integer not null default 3
    constraint organizations_credit_threshold check (credit_threshold between 0 and 10000);

-- Not only members act: the operator, the customer's directory and programs with a key do as well.
-- What they did names no member.

alter table removals alter column removed_by drop not null;
alter table invites alter column invited_by drop not null;
alter table invite_links alter column created_by drop not null;
alter table shoots alter column submitted_by drop not null;

update removals set removed_by = null where removed_by = '00000000-0000-0000-0000-000000000000';

-- When a lead last had a managed member's private link mailed, so that a mailbox is not filled.
alter table members add column results_mailed_at timestamptz;

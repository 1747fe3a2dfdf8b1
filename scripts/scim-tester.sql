-- An organization with a verified domain and a directory, for scim2-tester; by psql, with :org and :token.
insert into organizations (id, name) values (:'org', 'Conformance');
insert into accounts (id, email, address)
values ('01990000-0000-7000-8000-000000000002', 'owner@conformance.example', 'owner@conformance.example');
insert into members (org_id, id, account_id, role, kind, name, email, address)
values (:'org', '01990000-0000-7000-8000-000000000003', '01990000-0000-7000-8000-000000000002', 'owner', 'founder',
        'Olga Owner', 'owner@conformance.example', 'owner@conformance.example');
insert into domains (org_id, domain, state, verified_at, next_look_at)
values (:'org', 'conformance.example', 'verified', now(), 'infinity');
insert into directories (org_id, token_hash) values (:'org', sha256(convert_to(:'token', 'UTF8')));

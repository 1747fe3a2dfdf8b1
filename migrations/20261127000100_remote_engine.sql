set local lock_timeout = '5s';

-- Shoots that a generation service makes: when one was first handed over, and what was delivered of it so far.
alter table shoots add column handed_over_at timestamptz;

create table engine_results (
    org_id uuid not null,
    shoot_id uuid not null,
    -- Its place among the headshots of the shoot.
    number smallint not null constraint engine_results_number check (number > 0),
    headshot_id uuid not null,
    width integer not null,
    height integer not null,
    constraint engine_results_pkey primary key (org_id, shoot_id, number),
    constraint engine_results_shoot_fkey foreign key (org_id, shoot_id)
        references shoots (org_id, id) on delete cascade
);

-- What a generation service says of photos. Those that are there have one of the first three.
alter table photos
    -- squawk-ignore ban-drop-constraint
    drop constraint photos_fault,
    add constraint photos_fault check (fault in (
        'unreadable', 'too_narrow', 'lost', 'no_face', 'several_faces', 'face_too_small', 'blurred', 'bad_light',
        'unsuitable'
    )) not valid;

-- What would make another photo better, as it was found when the photo came in. Nobody looked at those that are here.
set local lock_timeout = '5s';
alter table photos
    add column advice text[] not null default '{}',
    add constraint photos_advice_known
        check (advice <@ array['dark', 'blurry', 'no_face', 'several_faces', 'small_face']) not valid;

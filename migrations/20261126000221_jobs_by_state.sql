-- How many jobs were given up is asked with every look at the metrics. They are few.
create index jobs_failed on jobs (kind) where state = 'failed';

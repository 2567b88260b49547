-- Which builds can read a ruleset, and failed evaluations for the metrics.

-- A ruleset is judged only by builds that know its format (see rules/format.ts).
alter table rulesets add column format integer not null default 1;

create index evaluations_failed on evaluations (evaluated_at) where outcome = 'failed';

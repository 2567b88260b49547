alter table control_signals
  -- {"done", "unchanged", "refused", "next"}: runs by what became of them, and the run after which the next part begins, or null.
  add column outcome jsonb;

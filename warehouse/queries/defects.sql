-- Rows that a rule marks as likely defects, and why (--set rule=two_computes)
SELECT
    rule,
    paper_id,
    model,
    reason,
    table_name,
    -- What became of it: fits leave out what would spoil them, unless a person has checked it.
    row_id IN (
        SELECT unnest([result_id, estimate_id]) FROM core_observations WHERE in_fit
    ) AS used_by_fits,
    row_id
FROM core_defects
WHERE rule = coalesce(getvariable('rule'), rule)
ORDER BY rule, paper_id, model, row_id

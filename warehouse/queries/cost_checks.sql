-- Training costs that others published beside ours from the same run, by our assumptions and by theirs (--set model=GPT-3)
SELECT
    model,
    publisher,
    quantity,
    round(ratio, 2) AS ratio,
    is_held,
    hardware,
    published,
    ours,
    ours_lower AS lower,
    ours_upper AS upper,
    round(ratio_as_they, 2) AS ratio_as_they,
    cause,
    as_they,
    cost_basis,
    place,
    source
FROM out_cost_checks
WHERE model ILIKE '%' || coalesce(getvariable('model'), '') || '%'
ORDER BY publisher, quantity, model

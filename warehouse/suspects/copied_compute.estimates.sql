-- Estimates whose figure, to nine digits, is also that of another paper
SELECT *
FROM listed_estimates
WHERE printf('%.9g', training_flop) IN (
    SELECT printf('%.9g', training_flop)
    FROM core_compute_estimates
    GROUP BY ALL
    HAVING min(paper_id) <> max(paper_id)
)
ORDER BY estimate_id

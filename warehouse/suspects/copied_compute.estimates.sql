-- Estimates whose figure, to nine digits, is also that of another paper
SELECT *
FROM listed_estimates
WHERE printf('%.9g', training_flop) IN (
    SELECT printf('%.9g', training_flop) FROM core_compute_estimates GROUP BY ALL HAVING count(DISTINCT paper_id) > 1
)
ORDER BY estimate_id

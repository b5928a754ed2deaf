-- Results that a machine booked under a name of no model
SELECT r.*
FROM asked_results r
SEMI JOIN no_models USING (model)
WHERE r.correction IS NULL
ORDER BY r.result_id

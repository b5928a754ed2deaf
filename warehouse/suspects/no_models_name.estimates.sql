-- Estimates of papers that a machine booked under a name of no model
SELECT e.*
FROM asked_estimates e
SEMI JOIN no_models USING (model)
WHERE NOT e.is_hand_read
ORDER BY e.estimate_id

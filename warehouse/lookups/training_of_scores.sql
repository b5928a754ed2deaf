-- Adds to reliable_scores what their models were trained with: compute by the figures that fits use, sizes of data by
-- training_sizes
UPDATE reliable_scores AS s
SET training_flop = o.training_flop, dataset_size = t.dataset_size
FROM core_observations AS o
LEFT JOIN training_sizes AS t USING (estimate_id)
WHERE o.result_id = s.result_id AND o.estimate_id IN (SELECT estimate_id FROM core_observations WHERE in_fit)

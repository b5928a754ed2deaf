-- The table of scores that one can rely on, whatever their model's compute (tasks.match.model_scores.ReliableScore), with the
-- decimal year by which each was known
CREATE OR REPLACE TEMP TABLE reliable_scores (
    key VARCHAR, name VARCHAR, result_id VARCHAR, source_id VARCHAR, benchmark VARCHAR, metric VARCHAR, series VARCHAR,
    value DOUBLE, year INTEGER, shots VARCHAR, prompting VARCHAR, training_flop DOUBLE, dataset_size DOUBLE, known DOUBLE
)

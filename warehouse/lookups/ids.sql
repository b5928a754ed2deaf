-- Ids of what is no claim and begins with $id: observations, estimates of compute, fits, forecasts, rows of sources,
-- quarantined rows, papers, documents
SELECT DISTINCT kind, id FROM (
    SELECT 'observation_id' AS kind, observation_id AS id FROM core_observations
    UNION ALL SELECT 'estimate_id', estimate_id FROM core_compute_estimates
    UNION ALL SELECT 'fit_id', fit_id FROM out_fits
    UNION ALL SELECT 'forecast_id', forecast_id FROM out_forecasts
    UNION ALL SELECT 'model_row_id', model_row_id FROM raw_models
    UNION ALL SELECT 'result_id', result_id FROM raw_scores
    UNION ALL SELECT 'result_id', result_id FROM raw_observations
    UNION ALL SELECT 'chip_row_id', chip_row_id FROM raw_chips
    UNION ALL SELECT 'price_row_id', price_row_id FROM raw_chip_prices
    UNION ALL SELECT 'quarantine_id', quarantine_id FROM core_quarantine
    UNION ALL SELECT 'row_id', row_id FROM core_quarantine
    UNION ALL SELECT 'paper_id', paper_id FROM core_papers
    UNION ALL SELECT 'document_sha256', document_sha256 FROM raw_documents
)
WHERE starts_with(id, $id)
ORDER BY kind, id

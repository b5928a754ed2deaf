-- Estimators that questions show of a benchmark where none is named: the headline's, by the rule of the back-tests, and the study's recipes.
-- is_headline: True for the estimator that the back-tests choose for this benchmark.
CREATE OR REPLACE VIEW shown_estimators AS
SELECT DISTINCT series, estimator, true AS is_headline FROM out_headlines
UNION
SELECT DISTINCT series, estimator, false FROM out_fits WHERE estimator_kind = 'study'
    AND (series, estimator) NOT IN (SELECT (series, estimator) FROM out_headlines);

-- Estimators that questions show where none is named: the headline's, by the rule of the back-tests, and the study's recipes.
CREATE OR REPLACE VIEW shown_estimators AS
SELECT DISTINCT estimator, true AS is_headline FROM out_backtest_scores WHERE is_headline
UNION
SELECT DISTINCT estimator, false FROM out_fits WHERE estimator_kind = 'study'
    AND estimator NOT IN (SELECT estimator FROM out_backtest_scores WHERE is_headline);

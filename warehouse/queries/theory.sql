-- Theory beside practice: the least power of computation that theory asks for, and the one that the data show
SELECT
    series,
    estimator,
    n,
    theory,
    round(power_ratio, 1) AS times_theory,
    verdict,
    printf('k^%g', theory_power) AS in_theory,
    printf('k^%.1f', implied_power) AS in_practice,
    round(implied_power_lower, 1) AS lower,
    round(implied_power_upper, 1) AS upper,
    statement
FROM out_theory
ORDER BY series, estimator, theory_power

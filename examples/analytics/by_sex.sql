-- Means by sex with DuckDB's own shell, on the database that `twinfold export RUN --duckdb cohort.duckdb` writes:
--     duckdb -readonly cohort.duckdb < by_sex.sql
SELECT sex, count(qrsDuration_ms) AS count, avg(qrsDuration_ms) AS mean, stddev_samp(qrsDuration_ms) AS std
FROM finished WHERE sex IS NOT NULL GROUP BY sex ORDER BY sex;

-- Unit and meaning of a column stand in its comment.
SELECT column_name, comment FROM duckdb_columns() WHERE table_name = 'cohort' AND column_name = 'qrsDuration_ms';

-- Every metric that differs most between women and men, in standard deviations.
SELECT "column", unit, (avg(value) FILTER (sex = 'female') - avg(value) FILTER (sex = 'male')) / stddev_samp(value) AS difference_sd
FROM measurements GROUP BY "column", unit HAVING stddev_samp(value) > 0
ORDER BY abs(difference_sd) DESC, "column" LIMIT 5;

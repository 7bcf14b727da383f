# Means by sex, and the sex gap of QRS duration with and without heart size, with R alone: Rscript by_sex.R RUN
#
# No package is needed: the tables are published as CSV as well, and `twinfold export RUN --csv DIR` writes the others.
published <- file.path(commandArgs(trailingOnly = TRUE)[1], "published")
column <- "qrsDuration_ms"

cohort <- read.csv(file.path(published, "cohort.csv"), na.strings = "")
dictionary <- read.csv(file.path(published, "dictionary.csv"), na.strings = "")
unit <- dictionary$unit[dictionary$table == "cohort" & dictionary$column == column]

finished <- cohort[cohort$status == "done", ]
values <- split(finished[[column]], finished$sex)
cat(column, "in", unit, "\n")
cat("sex,count,mean,std\n")
for (sex in names(values)) {
  cat(sprintf("%s,%d,%.9g,%.9g\n", sex, sum(!is.na(values[[sex]])), mean(values[[sex]], na.rm = TRUE), sd(values[[sex]], na.rm = TRUE)))
}

gap <- function(formula) coef(lm(formula, data = finished))[["sexmale"]]
cat(sprintf("\nmen less women: %.2f ms, %.2f ms at equal LV mass\n", gap(qrsDuration_ms ~ sex), gap(qrsDuration_ms ~ sex + lvMass_g)))

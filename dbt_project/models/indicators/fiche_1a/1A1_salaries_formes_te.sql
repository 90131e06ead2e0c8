{{ declared_indicator("stg_opco__indicateurs", "1A1_salaries_formes_te") }}

{{ declared_indicator("stg_region__indicateurs", "3B1_metiers_preconisations") }}

{{ declared_indicator("stg_region__indicateurs", "2B2_de_remise_a_niveau") }}

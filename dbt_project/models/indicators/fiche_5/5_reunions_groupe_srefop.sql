{{ declared_indicator("stg_cariforef__indicateurs", "5_reunions_groupe_srefop") }}

{{ declared_indicator("stg_cariforef__indicateurs", "3B2_entrees_formation") }}

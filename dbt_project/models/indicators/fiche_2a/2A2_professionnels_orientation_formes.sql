{{ declared_indicator("stg_cariforef__indicateurs", "2A2_professionnels_orientation_formes") }}

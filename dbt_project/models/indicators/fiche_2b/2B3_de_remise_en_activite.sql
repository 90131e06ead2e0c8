{{ declared_indicator("stg_dreets__indicateurs", "2B3_de_remise_en_activite") }}

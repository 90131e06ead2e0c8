{{ declared_indicator("stg_agora__indicateurs", "1B3_salaries_entres_formation") }}

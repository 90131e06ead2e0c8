{{ declared_indicator("stg_dares__indicateurs", "1B1_etablissements_apprentissage") }}

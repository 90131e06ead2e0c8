{{ declared_indicator("stg_opco__indicateurs", "1A2_etablissements_sensibilises_te") }}

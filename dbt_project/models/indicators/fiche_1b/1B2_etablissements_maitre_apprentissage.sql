{{ declared_indicator("stg_opco__indicateurs", "1B2_etablissements_maitre_apprentissage") }}

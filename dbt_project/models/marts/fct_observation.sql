{%- set indicators = [
    "1A1_salaries_formes_te",
    "1A2_etablissements_sensibilises_te",
    "1A3_actions_cos_te",
    "1A4_pcrh_te",
    "1B1_etablissements_apprentissage",
    "1B2_etablissements_maitre_apprentissage",
    "1B3_salaries_entres_formation",
    "1C1_pcrh",
    "1C2_taux_emploi_15_64",
    "1C3_part_55_plus_deld",
    "1C4_taux_emploi_seniors",
    "1C5_taux_activite_seniors",
    "1C6_taux_retour_emploi_th",
    "2A1_organisations_labellisees_spro",
    "2A2_professionnels_orientation_formes",
    "2A3_part_filles_voeux",
    "2A4_eleves_orientibus",
    "2A5_metiers_connus_par_eleve",
    "2B1_decrocheurs_psad",
    "2B2_de_remise_a_niveau",
    "2B3_de_remise_en_activite",
    "2B4_acces_emploi_publics_prioritaires",
    "2B5_acces_formation_de",
    "2B6_acces_emploi_apres_formation",
    "3A1_cos_signes",
    "3B1_metiers_preconisations",
    "3B2_entrees_formation",
    "4A1_situations_ct2e",
    "4B1_taux_transformation",
    "4B2_ouvertures_places",
    "4B3_fermetures_places",
    "4B4_places_diplomes_colores",
    "4B5_poursuite_etude_bacpro",
    "4B6_insertion_bacpro",
    "5_reunions_groupe_srefop",
] -%}
{%- for indicator in indicators %}
select
    {{ observation_columns() | join(",\n    ") }}
from {{ ref(indicator) }}
{{- "\nunion all" if not loop.last }}
{%- endfor %}

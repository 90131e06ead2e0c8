{#- What became of the leavers of each establishment, by InserJeunes; `more` names the rates that one kind alone has.
    `cumul 2022-2023` stands for the two school years that its name ends with. -#}
{% macro stage_inserjeunes(extract, more={}) %}
{%- set rates = {
    "part_en_poursuite_d_etudes": "share_studying",
    "part_en_emploi_6_mois_apres_la_sortie": "share_employed_6_months",
    "part_des_autres_situations": "share_otherwise",
    "taux_poursuite_etudes": "rate_studying",
    "taux_emploi_6_mois": "rate_employed_6_months",
    "taux_emploi_6_mois_attendu": "rate_employed_6_months_expected",
    "va_emploi_6_mois": "value_added_6_months",
    "taux_emploi_12_mois": "rate_employed_12_months",
    "taux_emploi_18_mois": "rate_employed_18_months",
    "taux_emploi_24_mois": "rate_employed_24_months",
} %}
select
    annee as cohort,
    right(annee, 9) as school_years,
    uai as establishment_code,
    libelle as establishment_name,
    region as region_name,
    {%- for written, name in (rates.items() | list) + (more.items() | list) %}
    {{ to_decimal(written) }} as {{ name }},
    {%- endfor %}
    _extract_id as extract_id,
    _line as line
from {{ source("landed", extract) }}
{% endmacro %}

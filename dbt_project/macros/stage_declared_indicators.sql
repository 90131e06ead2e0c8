{#- The indicators that a producer declares by hand, in the long table that is the same for all of them, less the lines
    that are set aside. -#}
{% macro stage_declared_indicators(extract) %}
with flaws as (
    {{ declared_flaws(extract) | indent }}
)

select
    deposit.indicateur as indicator,
    deposit.territoire as area_code,
    deposit.periode as time_period,
    coalesce(nullif(deposit.ventilation, 'total'), '_T') as breakdown,
    coalesce(nullif(deposit.categorie, 'total'), '_T') as category,
    {{ to_decimal("deposit.valeur") }} as obs_value,
    {{ is_masked("deposit.valeur") }} as is_masked,
    deposit.unite as unit_measure,
    deposit.periode_reference as reference_period,
    deposit.repondants as reporters,
    deposit.mode_collecte as collection,
    deposit.commentaire as comment,
    deposit._extract_id as extract_id,
    deposit._line as line
from {{ source("landed", extract) }} as deposit
inner join flaws
    on
        deposit._extract_id = flaws.extract_id
        and deposit._line = flaws.line
where flaws.flaw is null
{% endmacro %}

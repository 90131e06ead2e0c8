{#- A deposit of the DREETS, one row per department (or the region's own total) and theme, less the lines that are
    set aside. -#}
{% macro stage_pcrh_deposit(extract) %}
with flaws as (
    {{ pcrh_flaws(extract) | indent }}
)

select
    deposit.annee as time_period,
    deposit.code_departement as department_code,
    deposit.departement as department_label,
    deposit.theme,
    {{ to_decimal("deposit.nombre") }} as missions,
    {{ is_masked("deposit.nombre") }} as is_masked,
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

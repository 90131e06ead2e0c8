-- Fails when a line of a deposit is set aside. For dbt it is a warning, so that all other lines are counted; for the
-- gate it is a failure of the indicators that the line feeds, where it may belong, and of no other.
{{ config(severity="warn", meta={"dagster": {"ref": {"name": "stg_depots__set_aside"}}}) }}

select
    indicator,
    source_id,
    extract_id,
    line,
    flaw,
    likely_code,
    legible_period,
    legible_area,
    case flaw
        when 'territoire' then area_code
        when 'code_departement' then area_code
        when 'periode' then time_period
        when 'valeur' then written_value
        else line_code
    end as written
from {{ ref("stg_depots__set_aside") }}
where indicator is not null
order by source_id, line

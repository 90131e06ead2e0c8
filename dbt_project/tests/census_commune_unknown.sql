-- Fails when a commune of the census is in no employment zone: its people would leave the rates without a word.
{{ config(meta={"dagster": {"ref": {"name": "stg_insee__emploi_communes"}}}) }}

select distinct census.commune_code
from {{ ref("stg_insee__emploi_communes") }} as census
left join {{ ref("merged_communes") }} as merged
    on census.commune_code = merged.former_commune_code
left join {{ ref("stg_insee__zones_emploi") }} as zones
    on coalesce(merged.commune_code, census.commune_code) = zones.commune_code
where zones.commune_code is null

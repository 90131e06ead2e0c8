-- The list keeps communes of its own year; those merged since are counted in the new one.
select distinct
    listed.clpe_code,
    coalesce(merged.commune_code, listed.commune_code) as commune_code
from {{ ref("clpe_communes") }} as listed
left join {{ ref("merged_communes") }} as merged
    on listed.commune_code = merged.former_commune_code

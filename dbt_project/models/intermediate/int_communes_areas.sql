with communes as (
    select
        commune_code,
        region_code,
        department_code,
        zone_code
    from {{ ref("stg_insee__zones_emploi") }}
    where region_code = {{ region_code() }}
)

select
    commune_code,
    'REG-' || region_code as ref_area
from communes
union all
select
    commune_code,
    'DEP-' || department_code as ref_area
from communes
union all
select
    commune_code,
    'ZE2020-' || zone_code as ref_area
from communes

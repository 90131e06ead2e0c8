{{ config(materialized="table") }}

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
union all
select
    communes.commune_code,
    {{ clpe_ref_area("clpe.clpe_code") }} as ref_area
from communes
inner join {{ ref("int_clpe__communes") }} as clpe
    on communes.commune_code = clpe.commune_code
union all
select
    communes.commune_code,
    'EPCI-' || epci.epci_code as ref_area
from communes
inner join {{ ref("stg_dgcl__epci") }} as epci
    on communes.commune_code = epci.commune_code
where epci.epci_code is not null

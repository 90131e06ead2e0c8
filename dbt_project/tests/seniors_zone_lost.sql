-- Fails when a line of the Cariforef's table reaches no observation: an area that is not expected in it. A census that
-- is computed takes the place of what was deposited for it.
{{ config(meta={"dagster": {"ref": {"name": "int_seniors__rates"}}}) }}

with observed as (
    select
        ref_area,
        count(*) as columns_read
    from {{ ref("int_seniors__rates") }}
    where
        (
            (rate = 'employment' and time_period in ('2021', '2022'))
            or (rate = 'activity' and time_period = '2022')
        )
        and (collection <> 'depot_cariforef' or obs_status <> 'L')
    group by ref_area
)

select
    printed.area_code,
    coalesce(observed.columns_read, 0) as columns_read
from {{ ref("stg_cariforef__seniors_zones") }} as printed
left join {{ ref("int_areas") }} as areas
    on printed.area_code = areas.code and areas.area_type in ('REG', 'ZE2020')
left join observed
    on areas.ref_area = observed.ref_area
-- one observation for each of the three columns printed
where coalesce(observed.columns_read, 0) <> 3

-- Fails when the code in VIGIE_REGION is not that of a region.
{{ config(meta={"dagster": {"ref": {"name": "dim_area"}}}) }}

select count(*) as regions
from {{ ref("dim_area") }}
where area_type = 'REG'
having count(*) <> 1

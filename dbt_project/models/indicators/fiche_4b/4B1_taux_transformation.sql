-- The places opened (4B2) and closed (4B3), over the places offered where the producer declares them (the lines
-- `4B_places_offertes` of its deposit); elsewhere the rate is the producer's own, and its numerator alone is known.
with declared as (
    {{ declared_cells("stg_region__indicateurs", "4B1_taux_transformation") }}
),

offered as (
    {{ declared_cells("stg_region__indicateurs", "4B1_taux_transformation", lines="4B_places_offertes") }}
),

cells as (
    select
        offered.obs_value as places_offered,
        declared.obs_value as declared_rate,
        declared.unit_measure as declared_unit,
        coalesce(offered.ref_area, declared.ref_area) as ref_area,
        coalesce(offered.time_period, declared.time_period) as time_period,
        coalesce(offered.breakdown, declared.breakdown) as breakdown,
        coalesce(offered.category, declared.category) as category,
        coalesce(declared.obs_status, 'L') as declared_status,
        coalesce(declared.reference_period, offered.reference_period) as reference_period,
        coalesce(declared.reporters, offered.reporters) as reporters,
        coalesce(declared.collection, offered.collection) as collection,
        coalesce(declared.comment, offered.comment) as producer_comment,
        coalesce(declared.extract_id, offered.extract_id) as extract_id
    from declared
    full outer join offered
        on
            declared.ref_area = offered.ref_area
            and declared.time_period = offered.time_period
            and declared.breakdown = offered.breakdown
            and declared.category = offered.category
),

counted as (
    select
        cells.ref_area,
        cells.time_period,
        cells.breakdown,
        cells.category,
        cells.declared_rate,
        cells.declared_unit,
        cells.declared_status,
        cells.reference_period,
        cells.reporters,
        cells.collection,
        cells.producer_comment,
        cells.extract_id,
        cells.places_offered,
        opened.obs_value + closed.obs_value as places_moved
    from cells
    left join {{ ref("4B2_ouvertures_places") }} as opened
        on
            cells.ref_area = opened.ref_area
            and cells.time_period = opened.time_period
            and cells.breakdown = opened.breakdown
            and cells.category = opened.category
    left join {{ ref("4B3_fermetures_places") }} as closed
        on
            cells.ref_area = closed.ref_area
            and cells.time_period = closed.time_period
            and cells.breakdown = closed.breakdown
            and cells.category = closed.category
),

rates as (
    select
        ref_area,
        time_period,
        breakdown,
        category,
        reference_period,
        reporters,
        collection,
        producer_comment,
        extract_id,
        places_moved as numerator,
        case when places_moved is not null then places_offered end as denominator,
        case
            when places_moved is null or places_offered is null then declared_rate
            else {{ percentage("places_moved", "places_offered") }}
        end as obs_value,
        case
            when places_moved is null or places_offered is null then declared_status
            when places_offered = 0 then 'M'
            else 'A'
        end as obs_status,
        case when places_moved is null or places_offered is null then declared_unit else 'pct' end as unit_measure
    from counted
)

{{ as_observations(
    "rates",
    indicator="4B1_taux_transformation",
    unit_measure="unit_measure",
    collection="collection",
    reporters="reporters",
    numerator="numerator",
    denominator="denominator",
    comment="producer_comment",
    reference_period="reference_period",
) }}

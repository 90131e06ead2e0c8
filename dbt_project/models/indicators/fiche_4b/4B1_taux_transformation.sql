-- The rate is the producer's own. Its numerator is known from 4B2 and 4B3; its denominator, the places offered, is not
-- declared: the rate can be weighed, not computed again.
with declared as (
    {{ declared_cells("stg_region__indicateurs", "4B1_taux_transformation") }}
),

cells as (
    select
        declared.ref_area,
        declared.time_period,
        declared.breakdown,
        declared.category,
        declared.obs_value,
        declared.obs_status,
        declared.unit_measure,
        declared.reference_period,
        declared.reporters,
        declared.collection,
        declared.comment,
        declared.extract_id,
        opened.obs_value + closed.obs_value as numerator
    from declared
    left join {{ ref("4B2_ouvertures_places") }} as opened
        on
            declared.ref_area = opened.ref_area
            and declared.time_period = opened.time_period
            and declared.breakdown = opened.breakdown
            and declared.category = opened.category
    left join {{ ref("4B3_fermetures_places") }} as closed
        on
            declared.ref_area = closed.ref_area
            and declared.time_period = closed.time_period
            and declared.breakdown = closed.breakdown
            and declared.category = closed.category
)

{{ as_observations(
    "cells",
    indicator="4B1_taux_transformation",
    unit_measure="unit_measure",
    collection="collection",
    reporters="reporters",
    numerator="numerator",
    comment="comment",
    reference_period="reference_period",
) }}

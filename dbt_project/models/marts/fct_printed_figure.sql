with printed as (
    select
        figures.line,
        figures.printed_in,
        figures.indicator,
        figures.printed_period,
        figures.code,
        figures.printed_value,
        figures.printed_step,
        figures.printed_unit,
        figures.printed_text,
        figures.extract_id,
        periods.reason as period_reason,
        nullif(figures.note, '') as note,
        coalesce(periods.time_period, figures.printed_period) as time_period,
        case
            when figures.code = 'total' then 'REG'
            when figures.dimension = 'departement' then 'DEP'
            when figures.dimension = 'ze2020' then 'ZE2020'
            else 'REG'
        end as area_type,
        case
            when figures.dimension = 'departement' and figures.printed_unit = 'pct' then 'mesure'
            when figures.dimension in ('departement', 'ze2020') or figures.code = 'ensemble' then '_T'
            when figures.code = 'emploi_durable' then 'type_emploi'
            else coalesce(figures.dimension, '_T')
        end as breakdown,
        case
            when figures.dimension = 'departement' and figures.printed_unit = 'pct' then 'part_de_la_region'
            when figures.dimension in ('departement', 'ze2020') or figures.code = 'ensemble' then '_T'
            when figures.code = 'emploi_durable' then 'durable'
            else coalesce(figures.code, '_T')
        end as category
    from {{ ref("stg_cariforef__bilan_2023_2024") }} as figures
    left join {{ ref("printed_periods") }} as periods
        on figures.indicator = periods.indicator and figures.printed_period = periods.printed_period
),

located as (
    select
        printed.line,
        printed.printed_in,
        printed.indicator,
        areas.ref_area,
        printed.printed_period,
        printed.time_period,
        printed.breakdown,
        printed.category,
        printed.printed_value,
        printed.printed_step,
        printed.printed_unit,
        printed.printed_text,
        printed.note,
        printed.period_reason,
        printed.extract_id,
        min(printed.printed_value) over same_cell as lowest_printed,
        max(printed.printed_value) over same_cell as highest_printed
    from printed
    left join {{ ref("dim_area") }} as areas
        on
            printed.area_type = areas.area_type
            and (printed.area_type = 'REG' or printed.code = areas.code)
    window same_cell as (
        partition by
            printed.indicator,
            printed.area_type,
            areas.ref_area,
            printed.time_period,
            printed.breakdown,
            printed.category
    )
),

covered as (
    select
        indicator,
        min(time_period) as first_period,
        max(time_period) as last_period
    from {{ ref("fct_observation") }}
    group by indicator
),

declared as (
    {{ rows_of_definitions("printed_differences", {
        "printed_in": "table",
        "time_period": "time_period",
        "breakdown": "breakdown",
        "category": "category",
        "ref_area": "ref_area",
        "reason": "reason",
    }) }}
),

compared as (
    select
        located.line,
        located.printed_in,
        located.indicator,
        located.ref_area,
        located.printed_period,
        located.time_period,
        located.breakdown,
        located.category,
        located.printed_value,
        located.printed_step,
        located.printed_unit,
        located.printed_text,
        located.note,
        located.period_reason,
        located.lowest_printed,
        located.highest_printed,
        observations.obs_value,
        observations.obs_status,
        observations.unit_measure,
        located.extract_id,
        observations.obs_value - located.printed_value as difference,
        case
            when observations.indicator is null then 'sans_observation'
            when located.printed_value is null then 'texte'
            when observations.obs_value is null then 'observation_manquante'
            when observations.obs_value = located.printed_value then 'egal'
            when abs(observations.obs_value - located.printed_value) <= 0.5 * located.printed_step then 'arrondi'
            else 'different'
        end as agreement
    from located
    left join {{ ref("fct_observation") }} as observations
        on
            located.indicator = observations.indicator
            and located.ref_area = observations.ref_area
            and located.time_period = observations.time_period
            and located.breakdown = observations.breakdown
            and located.category = observations.category
)

select
    compared.line,
    compared.printed_in,
    compared.indicator,
    compared.ref_area,
    compared.printed_period,
    compared.time_period,
    compared.breakdown,
    compared.category,
    compared.printed_value,
    cast(compared.printed_step as decimal(18, 6)) as printed_step,
    compared.printed_unit,
    compared.printed_text,
    compared.note,
    compared.period_reason,
    compared.lowest_printed,
    compared.highest_printed,
    compared.obs_value,
    compared.obs_status,
    compared.unit_measure,
    compared.agreement,
    compared.extract_id,
    cast(compared.difference as decimal(18, 6)) as difference,
    case
        when compared.agreement = 'different' then declared.reason
        when compared.agreement = 'arrondi' then 'Le bilan imprime un arrondi.'
        when compared.agreement = 'sans_observation' and covered.indicator is null
            then 'Aucune observation de l’indicateur.'
        when compared.agreement = 'sans_observation'
            then
                'Pas d’observation de cette case pour ' || compared.time_period || ' : celles de l’indicateur vont de '
                || covered.first_period || ' à ' || covered.last_period || '.'
    end as reason
from compared
left join covered
    on compared.indicator = covered.indicator
left join declared
    on
        compared.indicator = declared.indicator
        and compared.printed_in = declared.printed_in
        and compared.time_period = declared.time_period
        and compared.breakdown = coalesce(declared.breakdown, '_T')
        and compared.category = coalesce(declared.category, '_T')
        and compared.ref_area = coalesce(declared.ref_area, 'REG-' || {{ region_code() }})
